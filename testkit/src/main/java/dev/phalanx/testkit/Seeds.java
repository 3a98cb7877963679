package dev.phalanx.testkit;

import java.util.Random;
import java.util.random.RandomGenerator;

/** Random numbers that can be had again: {@code -Dhermes.seed=…}. */
final class Seeds {
  private Seeds() {}

  static RandomGenerator random(String what) {
    long given = Long.getLong("hermes.seed", 0);
    long seed = given != 0 ? given : System.nanoTime();
    System.out.println(what + ": repeat with -Dhermes.seed=" + seed);
    return new Random(seed);
  }
}
