package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each method promises. */
class ProtocolTest {
  private final Protocol server = new Protocol(Side.SERVER, Limits.defaults());

  @Test
  void receiveLeavesWhatComesAfterTheEvent() {
    ByteBuffer in = bytes(RawFrame.text("one"), RawFrame.text("two"));
    int frameSize = in.remaining() / 2;

    assertThat(receive(in)).isEqualTo("text one");
    assertThat(in.remaining()).isEqualTo(frameSize);
    assertThat(receive(in)).isEqualTo("text two");
    assertThat(in.remaining()).isZero();
    assertThat(server.receive(in)).isNull();
  }

  @Test
  void receiveOfNothingIsNothing() {
    assertThat(server.receive(ByteBuffer.allocate(0))).isNull();
  }

  @Test
  void receiveTakesPartOfAFrameAndWaitsForTheRest() {
    ByteBuffer in = bytes(RawFrame.text("Hello"));
    ByteBuffer rest = in.duplicate().position(8);

    assertThat(server.receive(in.limit(8))).isNull();
    assertThat(in.hasRemaining()).isFalse();
    assertThat(receive(rest)).isEqualTo("text Hello");
  }

  @Test
  void receiveTakesAnyKindOfBuffer() {
    ByteBuffer frame = bytes(RawFrame.text("Hello"));
    ByteBuffer direct = ByteBuffer.allocateDirect(frame.remaining()).put(frame.duplicate()).flip();

    assertThat(receive(direct)).isEqualTo("text Hello");
    assertThat(receive(frame.asReadOnlyBuffer())).isEqualTo("text Hello");
  }

  @Test
  void eventsKeepNothingOfTheBuffer() {
    ByteBuffer in = bytes(RawFrame.binary(Wire.hex("010203")));
    Event event = Objects.requireNonNull(server.receive(in));

    while (in.position() > 0) {
      in.position(in.position() - 1).put(in.position(), (byte) 0xFF);
    }

    assertThat(Wire.describe(event)).isEqualTo("binary 010203");
  }

  @Test
  void emptyMessagesAreMessages() {
    ByteBuffer in = bytes(RawFrame.text(""), RawFrame.binary(new byte[0]), RawFrame.ping(""));

    assertThat(receive(in)).isEqualTo("text ");
    assertThat(receive(in)).isEqualTo("binary ");
    assertThat(receive(in)).isEqualTo("ping ");
  }

  @Test
  @DisplayName("§1.4: after the peer's Close any further data is discarded")
  void afterCloseEverythingIsSwallowed() {
    ByteBuffer in = bytes(RawFrame.close(1000, ""), RawFrame.text("more"), RawFrame.ping("more"));

    assertThat(receive(in)).isEqualTo("close 1000 ");
    assertThat(server.isCloseReceived()).isTrue();
    assertThat(server.isFailed()).isFalse();
    assertThat(server.receive(in)).isNull();
    assertThat(in.hasRemaining()).isFalse();
    assertThat(server.pollControl()).isNull();
  }

  @Test
  @DisplayName("§7.1.7: after a failure no more of the peer's data is processed")
  void afterAFailureEverythingIsSwallowed() {
    ByteBuffer in = bytes(RawFrame.of(3, new byte[0]), RawFrame.text("more"), RawFrame.close());

    assertThat(receive(in)).isEqualTo("failed 1002 unknown opcode 3");
    assertThat(server.isFailed()).isTrue();
    assertThat(server.receive(in)).isNull();
    assertThat(in.hasRemaining()).isFalse();
    assertThat(server.isCloseReceived()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.1: one Close is sent, and only one")
  void sendClose(Side us) {
    Conversation talk = Conversation.as(us);
    assertThat(talk.protocol().isCloseSent()).isFalse();

    assertThat(talk.protocol().sendClose(1001, "bye")).isTrue();
    assertThat(talk.protocol().isCloseSent()).isTrue();
    assertThat(talk.protocol().sendClose(1000, "bye again")).isFalse();

    talk.weOwe("close 1001 bye");
    assertThat(talk.protocol().sendClose(1000, "bye again")).isFalse();
    talk.weOweNothing();
  }

  @Test
  void sendCloseOfACodeThatMustNotBeSentChangesNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.sendClose(1006, ""))
        .withMessage("close code 1006 must not be sent");
    assertThat(server.isCloseSent()).isFalse();
    assertThat(server.pollControl()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.2: Pings are sent while the connection is open")
  void sendPing(Side us) {
    Conversation open = Conversation.as(us);
    assertThat(open.protocol().sendPing("one".getBytes(UTF_8))).isTrue();
    assertThat(open.protocol().sendPing("two".getBytes(UTF_8))).isTrue();
    open.weOwe("ping one", "ping two");

    Conversation closing = Conversation.as(us);
    closing.protocol().sendClose(1000, "");
    assertThat(closing.protocol().sendPing(new byte[0])).isFalse();
    closing.weOwe("close 1000 ");

    Conversation left = Conversation.as(us);
    left.peerSays(RawFrame.close());
    assertThat(left.protocol().sendPing(new byte[0])).isFalse();
    left.weOweNothing();

    Conversation failed = Conversation.as(us);
    failed.peerSays(RawFrame.of(3, new byte[0]));
    assertThat(failed.protocol().sendPing(new byte[0])).isFalse();
    failed.weOweNothing();
  }

  @Test
  @DisplayName("§5.5: a Ping of ours has 125 bytes at most")
  void sendPingThatIsTooLong() {
    assertThatIllegalArgumentException().isThrownBy(() -> server.sendPing(new byte[126]));
    assertThat(server.pollControl()).isNull();
  }

  private @Nullable String receive(ByteBuffer in) {
    Event event = server.receive(in);
    return event == null ? null : Wire.describe(event);
  }

  private static ByteBuffer bytes(RawFrame... frames) {
    ByteBuffer all = ByteBuffer.allocate(1_000);
    for (RawFrame frame : frames) {
      all.put(frame.from(Side.CLIENT));
    }
    return all.flip();
  }
}
