package dev.phalanx.hermes;

import dev.phalanx.rfc6455.CloseCodes;

/**
 * Why a connection was closed (RFC 6455, section 7.4, and IANA's registry): a registered code, or
 * one of 3000 to 4999, which are for libraries (registered with IANA) and applications (private).
 *
 * @param value the number on the wire
 */
public record WsCloseCode(int value) {
  /** 1000: the purpose has been fulfilled. */
  public static final WsCloseCode NORMAL = new WsCloseCode(CloseCodes.NORMAL_CLOSURE);

  /** 1001: the server goes down, or the page was left. */
  public static final WsCloseCode GOING_AWAY = new WsCloseCode(CloseCodes.GOING_AWAY);

  /** 1002: the peer broke the protocol. */
  public static final WsCloseCode PROTOCOL_ERROR = new WsCloseCode(CloseCodes.PROTOCOL_ERROR);

  /** 1003: a message of a kind that can't be accepted, such as binary where text is expected. */
  public static final WsCloseCode UNSUPPORTED_DATA = new WsCloseCode(CloseCodes.UNSUPPORTED_DATA);

  /** 1005: the Close had no code. Never sent. */
  public static final WsCloseCode NO_STATUS_RECEIVED =
      new WsCloseCode(CloseCodes.NO_STATUS_RECEIVED);

  /** 1006: the connection was lost without a Close. Never sent. */
  public static final WsCloseCode ABNORMAL_CLOSURE = new WsCloseCode(CloseCodes.ABNORMAL_CLOSURE);

  /** 1007: data that doesn't fit its type, such as text that isn't UTF-8. */
  public static final WsCloseCode INVALID_PAYLOAD_DATA =
      new WsCloseCode(CloseCodes.INVALID_PAYLOAD_DATA);

  /** 1008: against the server's rules, such as a role that is missing. */
  public static final WsCloseCode POLICY_VIOLATION = new WsCloseCode(CloseCodes.POLICY_VIOLATION);

  /** 1009: a message that is too big. */
  public static final WsCloseCode MESSAGE_TOO_BIG = new WsCloseCode(CloseCodes.MESSAGE_TOO_BIG);

  /** 1010: the client needs an extension that the server didn't agree to. */
  public static final WsCloseCode MANDATORY_EXTENSION =
      new WsCloseCode(CloseCodes.MANDATORY_EXTENSION);

  /** 1011: the server failed. */
  public static final WsCloseCode INTERNAL_ERROR = new WsCloseCode(CloseCodes.INTERNAL_ERROR);

  /** 1012: the server restarts. */
  public static final WsCloseCode SERVICE_RESTART = new WsCloseCode(CloseCodes.SERVICE_RESTART);

  /** 1013: try again later. */
  public static final WsCloseCode TRY_AGAIN_LATER = new WsCloseCode(CloseCodes.TRY_AGAIN_LATER);

  /** 1014: a gateway got a bad answer from behind it. */
  public static final WsCloseCode BAD_GATEWAY = new WsCloseCode(CloseCodes.BAD_GATEWAY);

  /** 1015: the TLS handshake failed. Never sent. */
  public static final WsCloseCode TLS_HANDSHAKE = new WsCloseCode(CloseCodes.TLS_HANDSHAKE);

  /** 3000: not authenticated. */
  public static final WsCloseCode UNAUTHORIZED = new WsCloseCode(CloseCodes.UNAUTHORIZED);

  /** 3003: not allowed. */
  public static final WsCloseCode FORBIDDEN = new WsCloseCode(CloseCodes.FORBIDDEN);

  /** 3008: the peer took too long. */
  public static final WsCloseCode TIMEOUT = new WsCloseCode(CloseCodes.TIMEOUT);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException unless it is from 1000 to 1015 or from 3000 to 4999
   */
  public WsCloseCode {
    if ((value < 1000 || value > 1015) && (value < 3000 || value > 4999)) {
      throw new IllegalArgumentException(
          "a close code must be from 1000 to 1015 or from 3000 to 4999, not " + value);
    }
  }

  /** Whether it may stand in a Close frame: 1004, 1005, 1006 and 1015 may not. */
  public boolean isSendable() {
    return CloseCodes.isAllowedOnWire(value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
