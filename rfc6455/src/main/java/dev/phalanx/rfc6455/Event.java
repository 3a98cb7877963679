package dev.phalanx.rfc6455;

/**
 * What {@link Protocol#receive} makes of the peer's bytes. Messages are whole, whatever their
 * frames were; a Ping, Pong or Close in the midst of a fragmented message comes out at once (RFC
 * 6455 §5.4).
 *
 * <p>The arrays are the event's own: whoever takes the event may keep or change them. Hence two
 * events are equal only if they share their array.
 */
public sealed interface Event {
  /**
   * A text message (RFC 6455 §5.6).
   *
   * @param utf8 the payload, known to be valid UTF-8
   */
  record Text(byte[] utf8) implements Event {}

  /** A binary message (RFC 6455 §5.6). */
  record Binary(byte[] bytes) implements Event {}

  /**
   * A Ping (RFC 6455 §5.5.2). Its Pong has been queued already.
   *
   * @param payload at most 125 bytes
   */
  record Ping(byte[] payload) implements Event {}

  /**
   * A Pong (RFC 6455 §5.5.3), asked for or not.
   *
   * @param payload at most 125 bytes
   */
  record Pong(byte[] payload) implements Event {}

  /**
   * The peer's Close (RFC 6455 §5.5.1), the last event of a connection. The answer is owed, unless
   * our Close went first: {@link Protocol#sendClose}, once everything before it has been handled.
   *
   * @param code the peer's, or {@link CloseCodes#NO_STATUS_RECEIVED} if it gave none
   * @param reason empty if the peer gave none
   */
  record Close(int code, String reason) implements Event {}

  /**
   * The peer broke a rule, and the connection must fail (RFC 6455 §7.1.7): the last event of a
   * connection. Send the code and the reason with {@link Protocol#sendClose}, then close the wire.
   *
   * @param code fit for the wire
   * @param reason fit for the peer: at most 123 bytes, and names the setting if a limit was passed
   */
  record Failed(int code, String reason) implements Event {}
}
