package dev.phalanx.it;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Whether this is a build that must have all it needs: the environment has {@code CI}. */
final class Ci {
  private Ci() {}

  static boolean isHere() {
    String ci = System.getenv("CI");
    return ci != null && !ci.isEmpty() && !ci.equals("false");
  }

  /** Something isn't on this machine: skips the test, and says so; but fails it in CI. */
  static void lacks(String what) {
    if (isHere()) {
      Assertions.fail(what);
    }
    System.err.println("Skipped: " + what);
    Assumptions.abort(what);
  }
}
