package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Between our giving a connection up and its wire's end, what was on its way may still arrive. */
class GivenUpTest {
  private static final WsHandler LISTENER = scope -> scope.connection().inbound().forEach(m -> {});

  @Test
  void aCloseThatComesTooLateIsNotAnswered() throws Exception {
    try (var talk = Conversation.with(LISTENER)) {
      talk.lane.run(() -> {
        talk.connection().link().lost("silent for too long");
        talk.closes(1000, "");
      });
      talk.seesTheWireClosed();
      talk.seesTheHandlerEnd();
      talk.hasHeardNothing();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.NOBODY);
    }
  }

  @Test
  void norIsABrokenRule() throws Exception {
    try (var talk = Conversation.with(LISTENER)) {
      talk.lane.run(() -> {
        talk.connection().link().lost("silent for too long");
        talk.peer.send(new byte[] {(byte) 0xFF, (byte) 0x80, 0, 0, 0, 0});
      });
      talk.seesTheWireClosed();
      talk.seesTheHandlerEnd();
      talk.hasHeardNothing();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.NOBODY);
    }
  }
}
