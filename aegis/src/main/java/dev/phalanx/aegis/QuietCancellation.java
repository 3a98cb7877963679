package dev.phalanx.aegis;

import java.util.concurrent.CancellationException;

/**
 * Says why, and not where: that is the end of a scope or an event loop, and to walk the stack there
 * costs more than all the rest.
 */
class QuietCancellation extends CancellationException {
  private static final long serialVersionUID = 1;

  QuietCancellation(String reason) {
    super(reason);
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
