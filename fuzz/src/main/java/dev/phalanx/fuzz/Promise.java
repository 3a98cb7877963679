package dev.phalanx.fuzz;

/** What must hold for any input at all. */
final class Promise {
  private Promise() {}

  static void that(boolean holds, String promise) {
    if (!holds) {
      throw new AssertionError("broken: " + promise);
    }
  }
}
