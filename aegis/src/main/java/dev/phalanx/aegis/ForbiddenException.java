package dev.phalanx.aegis;

/**
 * Somebody who is known may not do this. Over HTTP it becomes a 403, on a WebSocket a Close with
 * 1008. Its message is for logs at debug; the peer doesn't get it. It has no stack trace, since it
 * is no fault of ours.
 */
public final class ForbiddenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what would be needed
   */
  public ForbiddenException(String message) {
    super(message, null, false, false);
  }
}
