package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedFrameTest {
  private static final byte[] HELLO = "Hello".getBytes(UTF_8);

  @Test
  @DisplayName("§5.7: a single-frame unmasked text message")
  void text() {
    assertThat(Wire.bytes(EncodedFrame.text(Side.SERVER, "Hello")))
        .isEqualTo(Wire.hex("81 05 48656c6c6f"));
  }

  @Test
  @DisplayName("§5.7: a single-frame masked text message, but for its key")
  void maskedText() {
    byte[] bytes = Wire.bytes(EncodedFrame.text(Side.CLIENT, "Hello"));

    assertThat(bytes).startsWith(0x81, 0x85).hasSize(11);
    assertThat(RawFrame.read(bytes).payload()).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("§5.7: a fragmented unmasked text message")
  void fragments() {
    EncodedFrame first =
        EncodedFrame.of(Side.SERVER, Opcode.TEXT, false, false, "Hel".getBytes(UTF_8));
    EncodedFrame last = EncodedFrame.of(Side.SERVER, Opcode.CONTINUATION, "lo".getBytes(UTF_8));

    assertThat(Wire.bytes(first)).isEqualTo(Wire.hex("01 03 48656c"));
    assertThat(Wire.bytes(last)).isEqualTo(Wire.hex("80 02 6c6f"));
  }

  @Test
  @DisplayName("§5.7: an unmasked Ping, and its Pong")
  void pingAndPong() {
    assertThat(Wire.bytes(EncodedFrame.ping(Side.SERVER, HELLO)))
        .isEqualTo(Wire.hex("89 05 48656c6c6f"));
    assertThat(Wire.bytes(EncodedFrame.pong(Side.SERVER, HELLO)))
        .isEqualTo(Wire.hex("8a 05 48656c6c6f"));
  }

  @Test
  @DisplayName("§5.7: 256 bytes of binary, and 64 KiB of binary")
  void longLengths() {
    assertThat(Wire.bytes(EncodedFrame.of(Side.SERVER, Opcode.BINARY, new byte[256])))
        .startsWith(Wire.hex("82 7e 0100"))
        .hasSize(4 + 256);
    assertThat(Wire.bytes(EncodedFrame.of(Side.SERVER, Opcode.BINARY, new byte[65_536])))
        .startsWith(Wire.hex("82 7f 0000000000010000"))
        .hasSize(10 + 65_536);
  }

  @Test
  @DisplayName("§5.5.1: Close with code and reason, and without")
  void close() {
    assertThat(Wire.bytes(EncodedFrame.close(Side.SERVER, 1001, "bye")))
        .isEqualTo(Wire.hex("88 05 03e9 627965"));
    assertThat(Wire.bytes(EncodedFrame.close(Side.SERVER, 1005, ""))).isEqualTo(Wire.hex("88 00"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncodedFrame.close(Side.SERVER, 1006, ""))
        .withMessage("close code 1006 must not be sent");
  }

  @Test
  @DisplayName("RFC 7692 §6: RSV1 is set when asked for")
  void rsv1() {
    EncodedFrame compressed = EncodedFrame.of(Side.SERVER, Opcode.TEXT, true, true, HELLO);

    assertThat(Wire.bytes(compressed)).startsWith(0xC1, 0x05);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.2: every length goes in the minimal number of bytes, and comes back")
  void lengths(Side side) {
    for (int length : new int[] {0, 1, 125, 126, 127, 4_096, 4_097, 65_535, 65_536, 100_000}) {
      byte[] payload = new byte[length];
      new Random(length).nextBytes(payload);
      EncodedFrame frame = EncodedFrame.of(side, Opcode.BINARY, payload);

      byte[] bytes = Wire.bytes(frame);
      RawFrame read = RawFrame.read(bytes);

      assertThat(frame.length()).isEqualTo(bytes.length);
      assertThat(read.payload()).isEqualTo(payload);
      assertThat(read.lengthBytes()).isEqualTo(length < 126 ? 0 : length < 65_536 ? 2 : 8);
      assertThat((bytes[1] & 0x80) != 0).as("masked").isEqualTo(side == Side.CLIENT);
    }
  }

  @Test
  @DisplayName("§5.3: a client masks a copy, and the caller's array stays as it was")
  void theCallersArrayIsNotMasked() {
    byte[] payload = HELLO.clone();

    EncodedFrame.of(Side.CLIENT, Opcode.TEXT, payload);

    assertThat(payload).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("§5.3: every frame of a client has a fresh key (CVE-2025-10148)")
  void freshKeys() {
    Set<Integer> keys = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      byte[] bytes = Wire.bytes(EncodedFrame.of(Side.CLIENT, Opcode.BINARY, new byte[4]));
      keys.add(Arrays.hashCode(Arrays.copyOfRange(bytes, 2, 6)));
    }

    assertThat(keys).hasSizeGreaterThan(98);
  }

  @Test
  void aServerCopiesSmallPayloadsOnly() {
    byte[] small = new byte[4_096];
    byte[] large = new byte[4_097];

    assertThat(arraysOf(EncodedFrame.of(Side.SERVER, Opcode.BINARY, small)))
        .singleElement()
        .isNotSameAs(small);
    assertThat(arraysOf(EncodedFrame.of(Side.SERVER, Opcode.BINARY, large)))
        .hasSize(2)
        .last()
        .isSameAs(large);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING", "PONG", "CLOSE"})
  @DisplayName("§5.5: we never send a control frame that is too long or fragmented")
  void controlFrames(Opcode opcode) {
    assertThat(EncodedFrame.of(Side.SERVER, opcode, new byte[125]).length()).isEqualTo(127);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncodedFrame.of(Side.SERVER, opcode, new byte[126]))
        .withMessage("a Close, Ping or Pong carries at most 125 bytes, not 126");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncodedFrame.of(Side.SERVER, opcode, false, false, new byte[0]))
        .withMessage("a Close, Ping or Pong cannot be fragmented");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 4_096, 4_097, 10_000})
  void aFrameCanBeHandedOverPieceByPiece(int length) {
    byte[] payload = new byte[length];
    new Random(1).nextBytes(payload);
    EncodedFrame frame = EncodedFrame.of(Side.SERVER, Opcode.BINARY, payload);
    byte[] whole = Wire.bytes(frame);

    for (int max : new int[] {1, 2, 3, 4, 5, 1_000, 4_098, Integer.MAX_VALUE}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      while (out.size() < frame.length()) {
        int before = out.size();
        int expected = Math.min(max, frame.length() - before);
        assertThat(frame.transferTo(out::write, before, max)).isEqualTo(expected);
        assertThat(out.size()).isEqualTo(before + expected);
      }
      assertThat(out.toByteArray()).isEqualTo(whole);
    }
  }

  @Test
  void atTheEndThereIsNothingToHandOver() {
    EncodedFrame frame = EncodedFrame.text(Side.SERVER, "Hello");

    assertThat(frame.transferTo(EncodedFrameTest::refuse, 7, 10)).isZero();
    assertThat(frame.transferTo(EncodedFrameTest::refuse, 0, 0)).isZero();
  }

  @Test
  void positionsOutsideOfTheFrameAreRefused() {
    EncodedFrame frame = EncodedFrame.text(Side.SERVER, "Hello");

    for (int[] fromAndMax : new int[][] {{-1, 1}, {8, 1}, {0, -1}}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(
              () -> frame.transferTo(EncodedFrameTest::refuse, fromAndMax[0], fromAndMax[1]));
    }
  }

  private static void refuse(byte[] bytes, int offset, int length) {
    throw new AssertionError("nothing should be written, but " + length + " bytes were");
  }

  private static List<byte[]> arraysOf(EncodedFrame frame) {
    List<byte[]> arrays = new ArrayList<>();
    frame.transferTo((bytes, offset, length) -> arrays.add(bytes), 0, frame.length());
    return arrays;
  }
}
