package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
  private final FrameDecoder frame = new FrameDecoder();
  private final MessageAssembler message = new MessageAssembler(65_536, null);

  @Test
  @DisplayName("§5.4: the first frame says what the message is")
  void theFirstFrameNamesTheType() {
    assertThat(read(RawFrame.text("Hel").unfinished(), Opcode.TEXT)).isTrue();
    assertThat(read(RawFrame.continuation("lo"), Opcode.CONTINUATION)).isTrue();
    assertThat(Wire.describe(message.finish())).isEqualTo("text Hello");

    assertThat(read(RawFrame.binary(Wire.hex("ff")).unfinished(), Opcode.BINARY)).isTrue();
    assertThat(read(RawFrame.continuation(Wire.hex("fe")), Opcode.CONTINUATION)).isTrue();
    assertThat(Wire.describe(message.finish())).isEqualTo("binary fffe");
  }

  @Test
  void countsTheFragmentsAndTheBytesOfOneMessage() {
    assertThat(message.isBegun()).isFalse();

    read(RawFrame.text("").unfinished(), Opcode.TEXT);
    read(RawFrame.continuation("ab").unfinished(), Opcode.CONTINUATION);
    assertThat(message.isBegun()).isTrue();
    assertThat(message.fragments()).isEqualTo(2);
    assertThat(message.size()).isEqualTo(2);

    read(RawFrame.continuation("c"), Opcode.CONTINUATION);
    message.finish();
    assertThat(message.isBegun()).isFalse();
    assertThat(message.fragments()).isZero();
    assertThat(message.size()).isZero();
  }

  @Test
  @DisplayName("§8.1: a character may be split between fragments, but must end with the message")
  void utf8() {
    assertThat(read(RawFrame.text(Wire.hex("e2 82")).unfinished(), Opcode.TEXT)).isTrue();
    assertThat(read(RawFrame.continuation(Wire.hex("ac")), Opcode.CONTINUATION)).isTrue();
    assertThat(Wire.describe(message.finish())).isEqualTo("text €");

    assertThat(read(RawFrame.text(Wire.hex("e2 82")), Opcode.TEXT)).isFalse();
  }

  @Test
  void discardingGivesUpTheMemory() {
    read(RawFrame.text("Hel").unfinished(), Opcode.TEXT);

    message.discard();

    assertThat(message.size()).isZero();
  }

  private boolean read(RawFrame next, Opcode opcode) {
    ByteBuffer in = ByteBuffer.wrap(next.from(Side.SERVER));
    assertThat(frame.readHeader(in)).isTrue();
    message.beginFrame(frame, opcode);
    return message.readFrom(frame, in) == null;
  }
}
