package dev.phalanx.rfc6455;

/**
 * Why a connection ended (RFC 6455 §7.4.1), and the codes that IANA has registered since. A code is
 * an {@code int} and not an enum, since 3000 to 4999 belong to libraries and applications.
 *
 * @see <a href="https://www.iana.org/assignments/websocket/websocket.xhtml">IANA's registry</a>
 */
public final class CloseCodes {
  /** The purpose of the connection is fulfilled. */
  public static final int NORMAL_CLOSURE = 1000;

  /** An endpoint goes away: a server shuts down, a page is left. */
  public static final int GOING_AWAY = 1001;

  /** The peer broke a rule of the protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /**
   * The peer sent a kind of data that cannot be accepted, such as binary where text is expected.
   */
  public static final int UNSUPPORTED_DATA = 1003;

  /** Reserved; has no meaning yet, and never goes on the wire. */
  public static final int RESERVED = 1004;

  /** The peer's Close carried no code. Never goes on the wire. */
  public static final int NO_STATUS_RECEIVED = 1005;

  /** The connection was lost without a Close. Never goes on the wire. */
  public static final int ABNORMAL_CLOSURE = 1006;

  /** The data does not fit its type, such as text that is not UTF-8. */
  public static final int INVALID_PAYLOAD_DATA = 1007;

  /** A rule of the application was broken, for which there is no better code. */
  public static final int POLICY_VIOLATION = 1008;

  /** A message is larger than the receiver accepts. */
  public static final int MESSAGE_TOO_BIG = 1009;

  /** The client needs an extension that the server did not agree to. */
  public static final int MANDATORY_EXTENSION = 1010;

  /** The server met a condition that it did not expect. */
  public static final int INTERNAL_ERROR = 1011;

  /** The server restarts; come back after a random delay. */
  public static final int SERVICE_RESTART = 1012;

  /** The server is overloaded; come back later. */
  public static final int TRY_AGAIN_LATER = 1013;

  /** The server is a gateway, and what is behind it answered nonsense. */
  public static final int BAD_GATEWAY = 1014;

  /** TLS could not be established. Never goes on the wire. */
  public static final int TLS_HANDSHAKE = 1015;

  /** Credentials are missing or wrong; as HTTP's 401. */
  public static final int UNAUTHORIZED = 3000;

  /** Credentials are understood, and do not suffice; as HTTP's 403. */
  public static final int FORBIDDEN = 3003;

  /** The peer took too long; as HTTP's 408. */
  public static final int TIMEOUT = 3008;

  private CloseCodes() {}

  /**
   * Whether a Close frame may carry this code, in either direction (RFC 6455 §7.4): registered and
   * not for local use only, or in the range of libraries (3000–3999) or applications (4000–4999).
   */
  public static boolean isAllowedOnWire(int code) {
    return (code >= NORMAL_CLOSURE && code <= UNSUPPORTED_DATA)
        || (code >= INVALID_PAYLOAD_DATA && code <= BAD_GATEWAY)
        || (code >= 3000 && code <= 4999);
  }
}
