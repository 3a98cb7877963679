package dev.phalanx.seeds;

import java.util.Random;

/** Runs randomised tests so that a failure can be repeated: {@code -Dhermes.seed=…}. */
public final class Seed {
  /** What a randomised test does with its random numbers. */
  @FunctionalInterface
  public interface Body {
    /** Does it. */
    void run(Random random) throws Exception;
  }

  private Seed() {}

  /** Prints the seed, and says it again if the test fails. */
  public static void run(String test, Body body) {
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
