package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who is closing can't be pinged, so its silence is no sign of death: other limits hold then. */
class KeepAliveWhileClosingTest {
  private static final WsConfig NERVOUS =
      WsConfig.defaults()
          .withPingInterval(Duration.ofMillis(100))
          .withPongTimeout(Duration.ofMillis(100))
          .withCloseTimeout(Duration.ofSeconds(60));

  @Test
  void thePeerHasAllOfTheCloseTimeoutToAnswerOurClose() throws Exception {
    try (var talk = Conversation.with(NERVOUS, scope -> {})) {
      talk.hearsClose(1000, "");
      talk.clock.advance(Duration.ofSeconds(59));
      assertThat(talk.peer.isClosed()).isFalse();
      talk.clock.advance(Duration.ofSeconds(1));
      talk.seesTheWireClosed();
    }
  }

  @Test
  void aPeerThatHasClosedAndWaitsForAnAnswerIsNotCutOff() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (var talk =
        Conversation.with(
            NERVOUS,
            scope -> {
              for (WsMessage message : scope.connection().inbound()) {
                mayAnswer.await();
                scope.connection().send(message);
              }
            })) {
      talk.says("a question");
      talk.closes(1000, "bye");
      talk.clock.advance(Duration.ofMillis(900));
      mayAnswer.countDown();
      talk.hears("a question");
      talk.hearsClose(1000, "bye");
      talk.seesTheWireClosed();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.PEER);
    }
  }
}
