package dev.phalanx.it;

import java.util.Random;

/** Runs randomised tests so that a failure can be repeated: {@code -Dhermes.seed=…}. */
final class Seed {
  /** What a randomised test does with its random numbers. */
  @FunctionalInterface
  interface Body {
    void run(Random random) throws Exception;
  }

  private Seed() {}

  static void run(String test, Body body) {
    long given = Long.getLong("hermes.seed", 0);
    long seed = given != 0 ? given : System.nanoTime();
    String repeat = test + ": repeat with -Dhermes.seed=" + seed;
    System.out.println(repeat);
    try {
      body.run(new Random(seed));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(repeat + "\n" + failure.getMessage(), failure);
    }
  }
}
