package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that leaves 100,000 subscriptions behind holds up nobody for long. */
@Tag("attack")
@Timeout(value = 5, unit = MINUTES)
class ManySubscriptionsTest {
  private static final int MANY = 100_000;
  private static final Duration HANGS = Duration.ofSeconds(5);

  @Test
  void others_are_answered_while_its_subscriptions_end() throws Exception {
    try (AttackedProcess server = AttackedProcess.described().start();
        RawPeer greedy = server.endpoint().connect(Duration.ofMinutes(2)).opens("/ws/topics");
        ExecutorService peers = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      assertThat(greedy.asks("many " + MANY + " topic")).isEqualTo("done many");
      assertThat(server.figures("stats")).containsEntry("topics", (long) MANY);
      AtomicBoolean over = new AtomicBoolean();
      List<Future<Duration>> longest = new ArrayList<>();
      for (int i = 0; i < 6; i++) { // some on each event loop
        longest.add(peers.submit(() -> longestWait(server, over)));
      }

      greedy.resets();

      try {
        await("the end of its subscriptions")
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(() -> assertThat(server.figures("stats")).containsEntry("topics", 0L));
      } finally {
        over.set(true);
      }
      for (Future<Duration> each : longest) {
        System.out.printf(
            "%d subscriptions end: the slowest echo after %d ms%n", MANY, each.get().toMillis());
        assertThat(each.get()).isLessThan(HANGS);
      }
    }
  }

  private static Duration longestWait(AttackedProcess server, AtomicBoolean over)
      throws IOException {
    long longest = 0;
    try (RawPeer peer = server.connect().opens("/ws/echo")) {
      while (!over.get()) {
        long start = System.nanoTime();
        peer.asks("still there?");
        longest = Math.max(longest, System.nanoTime() - start);
      }
    }
    return Duration.ofNanos(longest);
  }
}
