package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.seeds.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers come and are gone at once, in every phase, and nobody else notices. {@code
 * -Dattack.seconds} says how long each storm lasts.
 */
@Tag("attack")
@Tag("soak")
@Tag("quick")
@Timeout(value = 30, unit = MINUTES)
class StormTest {
  private static final Duration DURATION = Duration.ofSeconds(Long.getLong("attack.seconds", 3));

  private static final int SPARE = 20; // carriers and workers come and go
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private AttackedProcess.Description described(boolean overTls) throws Exception {
    AttackedProcess.Description plain = AttackedProcess.described();
    return overTls ? plain.overTls(Certificate.make(folder)) : plain;
  }

  @ParameterizedTest(name = "over TLS: {0}")
  @ValueSource(booleans = {false, true})
  void a_storm_of_peers_that_are_gone_at_once_stops_nobody(boolean overTls) throws Exception {
    try (AttackedProcess server = described(overTls).start()) {
      server.servesNewConnections(20); // all that is started on demand has started
      long threads = server.figures("stats").get("threads");

      rage(server, DURATION);

      server.servesNewConnections(8);
      await("the end of all that the peers had")
          .atMost(Duration.ofSeconds(60)) // a handler may wait for a peer to take its Close
          .untilAsserted(() ->
              assertThat(server.figures("stats"))
                  .containsEntry("connections", 0L)
                  .containsEntry("topics", 0L)
                  .containsEntry("handlers", 0L));
      assertThat(server.figures("stats").get("threads"))
          .as("threads of the operating system")
          .isLessThanOrEqualTo(threads + SPARE);
    }
  }

  /**
   * The same where each virtual thread is bound to a thread of the operating system: only there
   * does JDK Flight Recorder see the waits of virtual threads.
   */
  @ParameterizedTest(name = "over TLS: {0}")
  @ValueSource(booleans = {false, true})
  void in_a_storm_no_event_loop_waits_for_a_lock(boolean overTls) throws Exception {
    try (AttackedProcess server =
        described(overTls)
            .with("-XX:+UnlockExperimentalVMOptions", "-XX:-VMContinuations")
            .with("-XX:FlightRecorderOptions:stackdepth=256")
            .start()) {
      rage(server, WARM_UP); // a class is loaded once, and by any thread
      server.does("record");

      rage(server, DURATION);

      Path recording = server.folder().resolve("storm.jfr");
      server.does("recorded " + recording);
      Map<String, Integer> waits = LoopWaits.in(recording);
      assertThat(waits).as("waits in a turn of an event loop, of %s", recording).isEmpty();
    }
  }

  private static void rage(AttackedProcess server, Duration duration) {
    Seed.run(
        "StormTest",
        random -> {
          Storm.Outcome outcome = Storm.rage(server.endpoint(), duration, random);
          System.out.printf(
              "%d peers came and went; honest ones got %d answers, the slowest after %d ms%n",
              outcome.visits(), outcome.answers(), outcome.longestWaitMillis());
          assertThat(outcome.failures()).as(server::diagnosis).isEmpty();
          assertThat(outcome.visits()).isPositive();
        });
  }
}
