package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskingKeysTest {
  /** Several batches. Among so many random keys two equal ones may be, but hardly three pairs. */
  private static final int KEYS = 5_000;

  @Test
  @DisplayName("§5.3: a fresh key for every frame")
  void fresh() {
    long distinct = IntStream.range(0, KEYS).map(i -> MaskingKeys.next()).distinct().count();

    assertThat(distinct).isGreaterThan(KEYS - 3);
  }

  @Test
  void noTwoThreadsGetTheSameKey() {
    long distinct =
        IntStream.range(0, KEYS).parallel().map(i -> MaskingKeys.next()).distinct().count();

    assertThat(distinct).isGreaterThan(KEYS - 3);
  }

  @Test
  @DisplayName("§10.3: every bit of the key is random")
  void everyBit() {
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      int mask = 1 << bit;
      long set = IntStream.range(0, 1_000).filter(i -> (MaskingKeys.next() & mask) != 0).count();

      // Eight standard deviations around the half: once in 10^15 runs.
      assertThat(set).as("bit %d", bit).isBetween(370L, 630L);
    }
  }
}
