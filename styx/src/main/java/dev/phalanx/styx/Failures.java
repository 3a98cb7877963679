package dev.phalanx.styx;

import dev.phalanx.aegis.Scope;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Which failure of several is thrown, and how. */
final class Failures {
  private Failures() {}

  /** To be thrown; an error is thrown at once. */
  static Exception thrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (Exception) failure;
  }

  /** Whether it says that the work is no longer wanted, rather than that it failed. */
  static boolean isCancellation(Throwable failure) {
    return failure instanceof CancellationException || failure instanceof InterruptedException;
  }

  /** What failed besides that it was cancelled, in a clean-up for one; null if nothing. */
  static @Nullable Throwable beyondCancellation(Throwable failure) {
    if (!isCancellation(failure)) {
      return failure;
    }
    return Arrays.stream(failure.getSuppressed())
        .filter(suppressed -> !isCancellation(suppressed))
        .findFirst()
        .orElse(null);
  }

  /** Does the work, and cleans up in any case: what fails first is thrown, with the other in it. */
  static void inTurn(Scope.Hook work, Scope.Hook cleanUp) throws Exception {
    try {
      work.run();
    } catch (Throwable e) { // thrown again
      try {
        cleanUp.run();
      } catch (Throwable later) {
        suppress(e, later);
      }
      throw e;
    }
    cleanUp.run();
  }

  @SuppressWarnings("ReferenceEquality") // a throwable can't be suppressed in itself
  static void suppress(Throwable first, Throwable later) {
    if (first != later) {
      first.addSuppressed(later);
    }
  }
}
