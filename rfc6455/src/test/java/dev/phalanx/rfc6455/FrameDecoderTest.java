package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {
  private final FrameDecoder frame = new FrameDecoder();

  @Test
  @DisplayName("§5.7: the RFC's masked \"Hello\"")
  void hello() {
    ByteBuffer in = ByteBuffer.wrap(Wire.hex("81 85 37fa213d 7f9f4d5158"));

    assertThat(frame.readHeader(in)).isTrue();
    assertThat(frame.isFin()).isTrue();
    assertThat(frame.reservedBits()).isZero();
    assertThat(frame.opcode()).isEqualTo(1);
    assertThat(frame.isMasked()).isTrue();
    assertThat(frame.remaining()).isEqualTo(5);
    assertThat(payload(in, 5)).asString().isEqualTo("Hello");
    assertThat(frame.remaining()).isZero();
    assertThat(in.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "80 00, true, 0, 0",
    "00 00, false, 0, 0",
    "4f 00, false, 4, 15",
    "2a 00, false, 2, 10",
    "13 00, false, 1, 3",
    "ff 00, true, 7, 15",
  })
  @DisplayName("§5.2: FIN, RSV1 to RSV3 and the opcode")
  void firstByte(String hex, boolean fin, int reservedBits, int opcode) {
    assertThat(frame.readHeader(ByteBuffer.wrap(Wire.hex(hex)))).isTrue();

    assertThat(frame.isFin()).isEqualTo(fin);
    assertThat(frame.reservedBits()).isEqualTo(reservedBits);
    assertThat(frame.opcode()).isEqualTo(opcode);
  }

  @ParameterizedTest
  @CsvSource({
    "82 00, 0, false",
    "82 7d, 125, false",
    "82 7e 0000, 0, true",
    "82 7e 007d, 125, true",
    "82 7e 007e, 126, false",
    "82 7e ffff, 65535, false",
    "82 7f 0000000000000000, 0, true",
    "82 7f 000000000000ffff, 65535, true",
    "82 7f 0000000000010000, 65536, false",
    "82 7f 7fffffffffffffff, 9223372036854775807, false",
    "82 7f 8000000000000000, -9223372036854775808, false",
    "82 7f ffffffffffffffff, -1, false",
  })
  @DisplayName("§5.2: the three lengths of the payload length, and whether a shorter would do")
  void lengths(String hex, long length, boolean padded) {
    assertThat(frame.readHeader(ByteBuffer.wrap(Wire.hex(hex)))).isTrue();

    assertThat(frame.remaining()).isEqualTo(length);
    assertThat(frame.isLengthPadded()).isEqualTo(padded);
  }

  @Test
  void framesMayBeSplitAnywhere() {
    byte[] bytes = RawFrame.binary(new byte[70_000]).from(Side.CLIENT);
    int headerSize = 2 + 8 + 4;

    for (int i = 0; i < headerSize; i++) {
      assertThat(frame.readHeader(ByteBuffer.wrap(bytes, i, 1))).isEqualTo(i == headerSize - 1);
    }
    assertThat(frame.remaining()).isEqualTo(70_000);
    byte[] payload = new byte[70_000];
    for (int i = 0; i < payload.length; i++) {
      frame.readPayload(ByteBuffer.wrap(bytes, headerSize + i, 1), payload, i, 1);
    }
    assertThat(payload).containsOnly(0);
    assertThat(frame.remaining()).isZero();
  }

  @Test
  void nothingOfOneFrameIsLeftInTheNext() {
    ByteBuffer in = ByteBuffer.wrap(Wire.hex("82 fe 007e 01020304"));
    assertThat(frame.readHeader(in)).isTrue();

    assertThat(frame.readHeader(ByteBuffer.wrap(Wire.hex("01 03")))).isTrue();

    assertThat(frame.isFin()).isFalse();
    assertThat(frame.isMasked()).isFalse();
    assertThat(frame.remaining()).isEqualTo(3);
    assertThat(payload(ByteBuffer.wrap(Wire.hex("616263")), 3)).asString().isEqualTo("abc");
  }

  @Test
  void noByteBeyondTheHeaderIsTaken() {
    ByteBuffer in = ByteBuffer.wrap(Wire.hex("82 01 61 82 00"));

    assertThat(frame.readHeader(in)).isTrue();

    assertThat(in.position()).isEqualTo(2);
    assertThat(frame.available(in)).isEqualTo(1);
  }

  @Test
  void anyKindOfBufferWillDo() {
    byte[] bytes = RawFrame.binary("x".repeat(300).getBytes()).from(Side.CLIENT);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer slice = ByteBuffer.allocate(bytes.length + 7).position(7).slice().put(bytes).flip();

    for (ByteBuffer in :
        new ByteBuffer[] {direct, slice, ByteBuffer.wrap(bytes).asReadOnlyBuffer()}) {
      in.order(ByteOrder.LITTLE_ENDIAN);
      assertThat(frame.readHeader(in)).isTrue();
      assertThat(payload(in, 300)).asString().isEqualTo("x".repeat(300));
    }
  }

  private byte[] payload(ByteBuffer in, int length) {
    byte[] payload = new byte[length];
    frame.readPayload(in, payload, 0, length);
    return payload;
  }
}
