package dev.phalanx.styx;

import java.util.Random;

/** Does nothing for a while: mostly not at all, sometimes for microseconds, so that races vary. */
final class Spin {
  private final Random random;

  Spin(long seed) {
    random = new Random(seed);
  }

  void aWhile() {
    switch (random.nextInt(16)) {
      case 0 -> Thread.yield();
      case 1, 2, 3 -> {
        for (int i = random.nextInt(400); i > 0; i--) {
          Thread.onSpinWait();
        }
      }
      default -> {
        // At once.
      }
    }
  }
}
