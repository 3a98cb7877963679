package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's strict decoder is the judge. */
class Utf8ValidatorTest {
  private final CharsetDecoder judge =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer ignored = CharBuffer.allocate(10_000);

  @Test
  void allSequencesOfOneByte() {
    for (int b = 0; b < 1 << 8; b++) {
      agreeOn((byte) b);
    }
  }

  @Test
  void allSequencesOfTwoBytes() {
    for (int b = 0; b < 1 << 16; b++) {
      agreeOn((byte) (b >> 8), (byte) b);
    }
  }

  @Test
  void allSequencesOfThreeBytes() {
    for (int b = 0; b < 1 << 24; b++) {
      agreeOn((byte) (b >> 16), (byte) (b >> 8), (byte) b);
    }
  }

  @Test
  void manySequencesOfFourBytes() {
    Seed.run(
        "Utf8ValidatorTest.manySequencesOfFourBytes",
        random -> {
          for (int lead = 0xE0; lead <= 0xFF; lead++) {
            for (int second = 0; second <= 0xFF; second++) {
              for (int i = 0; i < 64; i++) {
                byte third = (byte) mostlyContinuation(random);
                agreeOn((byte) lead, (byte) second, third, (byte) mostlyContinuation(random));
              }
            }
          }
        });
  }

  @Test
  void everyCharacterThereIs() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(c).getBytes(UTF_8);
        if (validate(bytes) != Utf8Validator.ACCEPT) {
          assertThat(bytes).as("U+%04X", c).isEmpty();
        }
      }
    }
  }

  @Test
  void longTextsWithAWrongByteOrNone() {
    Seed.run(
        "Utf8ValidatorTest.longTextsWithAWrongByteOrNone",
        random -> {
          for (int round = 0; round < 20_000; round++) {
            byte[] bytes = randomText(random, random.nextInt(60)).getBytes(UTF_8);
            if (bytes.length > 0 && random.nextBoolean()) {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            agreeOn(bytes);
          }
        });
  }

  @Test
  void theStateSurvivesAnySplit() {
    Seed.run(
        "Utf8ValidatorTest.theStateSurvivesAnySplit",
        random -> {
          for (int round = 0; round < 5_000; round++) {
            byte[] bytes = randomText(random, random.nextInt(40)).getBytes(UTF_8);
            int state = Utf8Validator.ACCEPT;
            int from = 0;
            while (from < bytes.length) {
              int to = from + random.nextInt(bytes.length - from + 1);
              state = Utf8Validator.advance(state, bytes, from, to);
              assertThat(state).isNotEqualTo(Utf8Validator.REJECT);
              from = to;
            }
            assertThat(state).isEqualTo(Utf8Validator.ACCEPT);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "C0, 1", // overlong, in two bytes
    "C1, 1",
    "E0 9F, 2", // overlong, in three bytes
    "ED A0, 2", // a surrogate
    "F0 8F, 2", // overlong, in four bytes
    "F4 90, 2", // above U+10FFFF
    "F5, 1",
    "FF, 1",
    "80, 1", // a continuation of nothing
    "C3 28, 2", // a character cut short
    "E2 82 28, 3",
    "F0 9F 98 28, 4",
  })
  @DisplayName("§8.1: a wrong byte is refused as soon as it is seen, and not before")
  void failsFast(String hex, int wrongAt) {
    byte[] bytes = Wire.hex(hex);

    assertThat(Utf8Validator.advance(Utf8Validator.ACCEPT, bytes, 0, wrongAt - 1))
        .isNotEqualTo(Utf8Validator.REJECT);
    assertThat(Utf8Validator.advance(Utf8Validator.ACCEPT, bytes, 0, wrongAt))
        .isEqualTo(Utf8Validator.REJECT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C3", "E2 82", "F0 9F 98", "61 62 63 64 65 66 67 68 C3"})
  @DisplayName("§8.1: a character that is not finished is neither accepted nor refused")
  void unfinished(String hex) {
    assertThat(validate(Wire.hex(hex)))
        .isNotEqualTo(Utf8Validator.REJECT)
        .isNotEqualTo(Utf8Validator.ACCEPT);
  }

  @Test
  void onlyTheRangeThatWasNamedIsLookedAt() {
    byte[] bytes = Wire.hex("FF 61 62 63 64 65 66 67 68 69 FF");

    assertThat(Utf8Validator.advance(Utf8Validator.ACCEPT, bytes, 1, 10))
        .isEqualTo(Utf8Validator.ACCEPT);
  }

  private static int validate(byte[] bytes) {
    return Utf8Validator.advance(Utf8Validator.ACCEPT, bytes, 0, bytes.length);
  }

  private void agreeOn(byte... bytes) {
    boolean expected = isUtf8(bytes);
    if ((validate(bytes) == Utf8Validator.ACCEPT) != expected) {
      assertThat(bytes).as("valid UTF-8: %s, the JDK says", expected).isEmpty();
    }
  }

  private boolean isUtf8(byte[] bytes) {
    ignored.clear();
    judge.reset();
    return !judge.decode(ByteBuffer.wrap(bytes), ignored, true).isError();
  }

  private static int mostlyContinuation(Random random) {
    return random.nextInt(8) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(64);
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(6)) {
            case 0 -> 0x80 + random.nextInt(0x780);
            case 1 -> 0x800 + random.nextInt(0xD000);
            case 2 -> 0x1_0000 + random.nextInt(0x10_0000);
            default -> random.nextInt(0x80);
          });
    }
    return text.toString();
  }
}
