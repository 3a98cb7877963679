package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that recurses too deeply overflows its stack at any step of what it calls. */
@Tag("attack")
@Timeout(value = 5, unit = MINUTES)
class StackOverflowTest {
  private static final int ROUNDS = 3; // the compiler changes the frames between them
  private static final Duration A_PUBLISH = Duration.ofSeconds(2);

  @ParameterizedTest
  @ValueSource(strings = {"publish", "retain", "subscribe", "unsubscribe", "send"})
  void after_overflows_others_hear_what_is_published(String action) throws Exception {
    try (AttackedProcess server = AttackedProcess.described().start()) {
      List<RawPeer> subscribers = subscribers(server, "deep");
      for (int i = 0; i < ROUNDS; i++) {
        try (RawPeer recursive =
            server.endpoint().connect(Duration.ofMinutes(1)).opens("/ws/topics")) {
          recursive.says("subscribe deep").hears("done subscribe");
          recursive.says("overflow " + action + " deep");
          String said = recursive.hearsOneOf("overflows");
          assertThat(said).isNotEqualTo("overflows 0");
          System.out.println(action + ": " + said);
        }
      }

      server.passesOnPublications(8);
      for (RawPeer subscriber : subscribers) {
        subscriber.close();
      }
      try (RawPeer publisher = server.connect().opens("/ws/topics")) {
        long start = System.nanoTime();
        publisher.says("publish deep x").hears("done publish");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(A_PUBLISH);
      }
      await("the end of all subscriptions")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(server.figures("stats")).containsEntry("topics", 0L));
    }
  }

  /** Some on each event loop. */
  private static List<RawPeer> subscribers(AttackedProcess server, String topic)
      throws IOException {
    List<RawPeer> subscribers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RawPeer subscriber = server.connect().opens("/ws/topics");
      subscriber.says("subscribe " + topic).hears("done subscribe");
      Thread.ofPlatform().daemon().start(subscriber::hearsUntilTheEnd);
      subscribers.add(subscriber);
    }
    return subscribers;
  }
}
