package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handler that recurses too deeply overflows its stack at any instruction of {@code publish}. */
@Tag("attack")
@Timeout(value = 5, unit = MINUTES)
class StackOverflowTest {
  private static final Duration A_PUBLISH = Duration.ofSeconds(2);

  @Test
  void after_overflows_within_publish_others_hear_what_is_published() throws Exception {
    try (AttackedProcess server = AttackedProcess.described().start();
        RawPeer publisher = server.endpoint().connect(Duration.ofMinutes(2)).opens("/ws/topics")) {
      List<RawPeer> subscribers = subscribers(server, "deep");
      for (RawPeer subscriber : subscribers) {
        Thread.ofPlatform().daemon().start(subscriber::hearsUntilTheEnd);
      }

      String said = publisher.asks("overflow deep 3000");

      assertThat(said).startsWith("overflows");
      System.out.println(said);
      assertThat(said).isNotEqualTo("overflows 0");
      server.passesOnPublications(8);
      for (RawPeer subscriber : subscribers) {
        subscriber.close();
      }
      long start = System.nanoTime();
      assertThat(publisher.asks("publish deep x")).isEqualTo("done publish");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(A_PUBLISH);
    }
  }

  /** Some on each event loop. */
  private static List<RawPeer> subscribers(AttackedProcess server, String topic)
      throws IOException {
    List<RawPeer> subscribers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RawPeer subscriber = server.connect().opens("/ws/topics");
      assertThat(subscriber.asks("subscribe " + topic)).isEqualTo("done subscribe");
      subscribers.add(subscriber);
    }
    return subscribers;
  }
}
