package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phalanx.seeds.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out compressed, read by an inflater that no zlib is in. */
class MessageDeflaterTest {
  private final DeflatePool pool = new DeflatePool(2);

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
  @DisplayName("RFC 7692 §7.1.2: no reference goes back further than the window")
  void windows(int bits) {
    Seed.run(
        "MessageDeflaterTest.windows(" + bits + ")",
        random -> {
          for (boolean alone : new boolean[] {true, false}) {
            var agreed = new DeflateParameters(alone, alone, bits, bits);
            int level = 1 + random.nextInt(9);
            MessageDeflater deflater = MessageDeflater.of(agreed, Side.SERVER, level, pool);
            ReferenceInflater peer = new ReferenceInflater();
            for (int i = 0; i < 25; i++) {
              byte[] message = repetitive(random, random.nextInt(1 << 6 + random.nextInt(12)));
              byte[] deflated = deflater.deflate(message);
              assertThat(peer.inflate(deflated)).isEqualTo(message);
              if (alone) {
                assertThat(new ReferenceInflater().inflate(deflated)).isEqualTo(message);
              }
            }
            // The window is used: otherwise this would show nothing.
            assertThat(peer.furthest()).isBetween((1 << bits) / 2, 1 << bits);
            deflater.close();
          }
        });
    assertThat(pool.inUse()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"9, true", "9, false", "12, false", "15, true", "15, false"})
  @DisplayName("RFC 7692 §7.1.1: with context takeover, what was said before is not said again")
  void contextTakeover(int bits, boolean alone) {
    var agreed = new DeflateParameters(alone, false, bits, 15);
    MessageDeflater deflater = MessageDeflater.of(agreed, Side.SERVER, 6, pool);
    byte[] message = new byte[200];
    new Random(1).nextBytes(message);

    assertThat(deflater.deflate(message).length).isGreaterThan(200);
    assertThat(deflater.deflate(message).length < 20).isEqualTo(!alone);
    assertThat(deflater.deflate(message).length < 20).isEqualTo(!alone);
    deflater.startAfresh();
    assertThat(deflater.deflate(message).length).isGreaterThan(200);
    deflater.close();
  }

  @Test
  void afterAFrameThatWasMadeElsewhereTheStreamGoesOnAfresh() {
    Seed.run(
        "MessageDeflaterTest.afterAFrameThatWasMadeElsewhereTheStreamGoesOnAfresh",
        random -> {
          for (int bits = 9; bits <= 15; bits++) {
            var agreed = new DeflateParameters(false, false, bits, 15);
            MessageDeflater own = MessageDeflater.of(agreed, Side.SERVER, 6, pool);
            ReferenceInflater peer = new ReferenceInflater();
            for (int i = 0; i < 100; i++) {
              byte[] message = repetitive(random, 1 + random.nextInt(5_000));
              byte[] deflated;
              if (random.nextInt(3) == 0) {
                deflated = MessageDeflater.alone(message, bits, 6, pool);
                own.startAfresh();
              } else {
                deflated = own.deflate(message);
              }
              assertThat(peer.inflate(deflated)).isEqualTo(message);
            }
            own.close();
          }
        });
    assertThat(pool.inUse()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"9, true", "9, false", "15, true", "15, false"})
  @DisplayName("RFC 7692 §7.2.3.6: an empty message is one byte")
  void emptyMessages(int bits, boolean alone) {
    MessageDeflater deflater =
        MessageDeflater.of(new DeflateParameters(alone, alone, bits, bits), Side.CLIENT, 6, pool);

    assertThat(deflater.deflate(new byte[0])).isEqualTo(new byte[1]);
    deflater.deflate(new byte[10]);
    assertThat(deflater.deflate(new byte[0])).isEqualTo(new byte[1]);
    assertThat(new ReferenceInflater().inflate(new byte[1])).isEmpty();
    deflater.close();
  }

  @Test
  void whatIsHeldBetweenMessages() {
    byte[] message = new byte[100];
    MessageDeflater alone =
        MessageDeflater.of(new DeflateParameters(true, false, 15, 15), Side.SERVER, 6, pool);
    alone.deflate(message);
    assertThat(pool.inUse()).isZero();

    MessageDeflater small =
        MessageDeflater.of(new DeflateParameters(false, false, 9, 15), Side.SERVER, 6, pool);
    small.deflate(new byte[10_000]);
    assertThat(pool.inUse()).isZero();
    assertThat(small).extracting("history").isEqualTo(new byte[512]);

    MessageDeflater full =
        MessageDeflater.of(new DeflateParameters(false, false, 15, 15), Side.SERVER, 6, pool);
    assertThat(pool.inUse()).isZero();
    full.deflate(message);
    full.deflate(message);
    assertThat(pool.inUse()).isEqualTo(1);
    full.close();
    full.close();
    assertThat(pool.inUse()).isZero();
  }

  @Test
  void thePoolKeepsAFewAndEndsTheRest() {
    DeflatePool two = new DeflatePool(2);
    var deflaters = IntStream.range(0, 5).mapToObj(i -> two.takeDeflater(6)).toList();
    var inflater = two.takeInflater();
    assertThat(two.inUse()).isEqualTo(6);

    deflaters.forEach(deflater -> two.giveBack(deflater, 6));
    two.giveBack(inflater);

    assertThat(two.inUse()).isZero();
    assertThat(two.idle()).isEqualTo(3);
    // An ended one throws when it is used.
    long ended = deflaters.stream().filter(MessageDeflaterTest::isEnded).count();
    assertThat(ended).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeflatePool(-1))
        .withMessage("maxIdle must be at least 0, is -1");
  }

  private static boolean isEnded(Deflater deflater) {
    try {
      deflater.reset();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Test
  void whatDoesNotYieldGrowsOnlyALittle() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    for (int bits = 9; bits <= 15; bits++) {
      int length = MessageDeflater.alone(noise, bits, 6, pool).length;
      assertThat(length).isBetween(noise.length, noise.length * 9 / 8 + 64);
    }
  }

  /** Words from a small vocabulary, and passages from long before. */
  private static byte[] repetitive(Random random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      if (text.length() > 50 && random.nextInt(10) == 0) {
        int from = random.nextInt(text.length() - 20);
        text.append(text, from, from + 20);
      } else {
        text.append(Integer.toString(random.nextInt(1 << 4 + random.nextInt(20)), 36)).append(' ');
      }
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }
}
