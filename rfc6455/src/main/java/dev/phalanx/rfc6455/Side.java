package dev.phalanx.rfc6455;

/**
 * Which end of the connection <em>we</em> are. The protocol is the same for both, but for masking
 * (RFC 6455 §5.1): a client masks every frame that it sends, a server masks none.
 */
public enum Side {
  CLIENT,
  SERVER;

  /** The peer's. */
  public Side other() {
    return this == CLIENT ? SERVER : CLIENT;
  }
}
