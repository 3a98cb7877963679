package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskingTest {
  @Test
  @DisplayName("§5.7: the RFC's masked \"Hello\"")
  void hello() {
    byte[] bytes = Wire.hex("7f 9f 4d 51 58");

    Masking.apply(0x37FA213D, bytes, 0, bytes.length);

    assertThat(bytes).asString().isEqualTo("Hello");
  }

  @Test
  @DisplayName("§5.3: octet i is XORed with octet i modulo 4 of the key")
  void likeTheDefinition() {
    Seed.run(
        "MaskingTest.likeTheDefinition",
        random -> {
          for (int round = 0; round < 2_000; round++) {
            byte[] original = new byte[random.nextInt(random.nextBoolean() ? 100 : 1_000)];
            random.nextBytes(original);
            int from = random.nextInt(original.length + 1);
            int to = from + random.nextInt(original.length - from + 1);
            int key = random.nextInt();
            byte[] expected = original.clone();
            for (int i = from; i < to; i++) {
              expected[i] ^= (byte) (key >>> 8 * (3 - (i - from) % 4));
            }

            byte[] inOneGo = original.clone();
            Masking.apply(key, inOneGo, from, to);
            assertThat(inOneGo).isEqualTo(expected);

            ByteBuffer in = buffer(original, random.nextBoolean()).position(from).limit(to);
            byte[] moved = original.clone();
            int after = Masking.move(key, in, moved, from, to - from);
            assertThat(moved).isEqualTo(expected);
            assertThat(in.hasRemaining()).isFalse();

            int cut = from + random.nextInt(to - from + 1);
            byte[] inTwo = original.clone();
            int next = Masking.apply(key, inTwo, from, cut);
            assertThat(Masking.apply(next, inTwo, cut, to)).isEqualTo(after);
            assertThat(inTwo).as("cut at %d", cut).isEqualTo(expected);
          }
        });
  }

  private static ByteBuffer buffer(byte[] bytes, boolean direct) {
    ByteBuffer buffer =
        direct ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length);
    return buffer.put(bytes).flip();
  }
}
