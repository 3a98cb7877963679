package dev.phalanx.aegis;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for what another thread will bring about. */
final class Eventually {
  private Eventually() {}

  static void until(Callable<Boolean> condition) {
    untilWithin(Duration.ofSeconds(20), condition);
  }

  /** The same with more patience, or less. */
  static void untilWithin(Duration limit, Callable<Boolean> condition) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(limit)
        .until(condition);
  }
}
