package dev.phalanx.styx;

import org.jspecify.annotations.Nullable;

/**
 * Keeps apart what fails above and what fails below. A failure of the consumer goes up as "no more
 * wanted", not as an exception: code in between can neither swallow it nor take it for its own.
 */
final class Below<T> implements Downstream<T> {
  private final Downstream<? super T> down;
  private boolean wanted = true;
  private @Nullable Throwable failure;

  Below(Downstream<? super T> down) {
    this.down = down;
  }

  @Override
  public boolean push(T value) {
    try {
      wanted = wanted && down.push(value);
    } catch (Throwable e) { // thrown again by end()
      wanted = false;
      failure = e;
    }
    return wanted;
  }

  /** Whether nothing has said yet that no more is wanted. */
  boolean wantsMore() {
    return wanted;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** Throws what failed below, if something did. */
  void end() throws Exception {
    if (failure != null) {
      throw Failures.thrown(failure);
    }
  }

  /** To be thrown: what failed below if something did, with what followed above suppressed. */
  Exception endedBy(Throwable above) {
    Throwable first = failure == null ? above : failure;
    Failures.suppress(first, above);
    return Failures.thrown(first);
  }
}
