package dev.phalanx.hermes;

/**
 * A message that isn't what the handler takes: binary where it reads text, or JSON that doesn't
 * fit. That is the peer's mistake: when no handler catches it, the connection is closed with {@link
 * #closeCode} and the message of this exception, and nothing is logged as an error.
 */
public final class WsMessageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient WsCloseCode closeCode;

  WsMessageException(WsCloseCode closeCode, String message) {
    super(message, null, false, false);
    this.closeCode = closeCode;
  }

  /** What the connection is closed with when nobody catches this. */
  public WsCloseCode closeCode() {
    return closeCode;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
