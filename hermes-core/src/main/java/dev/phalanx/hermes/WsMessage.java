package dev.phalanx.hermes;

import dev.phalanx.http.Json;
import dev.phalanx.http.JsonException;
import dev.phalanx.http.JsonType;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is sent and received. Immutable, for any thread; arrays that go in or out are not copied and
 * must not be changed.
 *
 * <p>A handler receives {@link Text} and {@link Binary} only: the other kinds are the protocol's
 * own work, and exist to be sent.
 */
public sealed interface WsMessage {
  /** A text message. */
  static Text text(String text) {
    Objects.requireNonNull(text, "text");
    return new Text(text, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A text message with a value as JSON in it.
   *
   * @throws IllegalArgumentException if the value has no form in JSON
   */
  static Text json(Object value) {
    return new Text(null, Json.write(value));
  }

  /** A binary message. */
  static Binary binary(byte[] bytes) {
    return new Binary(bytes);
  }

  /** A Ping without payload. */
  static Ping ping() {
    return new Ping(new byte[0]);
  }

  /**
   * A Ping.
   *
   * @throws IllegalArgumentException if the payload is larger than 125 bytes
   */
  static Ping ping(byte[] payload) {
    return new Ping(payload);
  }

  /**
   * A Pong that answers nothing (RFC 6455, section 5.5.3); Pings are answered without anyone's
   * help.
   *
   * @throws IllegalArgumentException if the payload is larger than 125 bytes
   */
  static Pong pong(byte[] payload) {
    return new Pong(payload);
  }

  /** A Close: sending it is {@link WsConnection#close(WsCloseCode, String)}. */
  static Close close(WsCloseCode code, String reason) {
    return new Close(code, reason);
  }

  /** A Close with 1000. */
  static Close close() {
    return close(WsCloseCode.NORMAL, "");
  }

  /** Whether it is text. */
  default boolean isText() {
    return this instanceof Text;
  }

  /** Whether it is binary. */
  default boolean isBinary() {
    return this instanceof Binary;
  }

  /** Whether it is a Ping. */
  default boolean isPing() {
    return this instanceof Ping;
  }

  /** Whether it is a Pong. */
  default boolean isPong() {
    return this instanceof Pong;
  }

  /** Whether it is a Close. */
  default boolean isClose() {
    return this instanceof Close;
  }

  /**
   * The text of a text message.
   *
   * @throws WsMessageException if it is of another kind; uncaught, it closes with 1003
   */
  default String text() {
    throw new WsMessageException(
        WsCloseCode.UNSUPPORTED_DATA,
        "text expected, not " + getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
  }

  /** The payload: of text, its UTF-8. */
  byte[] bytes();

  /**
   * The payload, read as JSON.
   *
   * @throws WsMessageException that says what is wrong; uncaught, it closes with 1007
   * @throws IllegalArgumentException if no JSON can be read as this class, or its package isn't
   *     open: not the peer's mistake; uncaught, it closes with 1011
   */
  default <T> T decode(Class<T> type) {
    try {
      return Json.read(bytes(), type);
    } catch (JsonException e) {
      throw new WsMessageException(WsCloseCode.INVALID_PAYLOAD_DATA, e.getMessage());
    }
  }

  /**
   * The same for a type with parameters: {@code decode(new JsonType<List<Join>>() {})}.
   *
   * @throws WsMessageException as for a class
   * @throws IllegalArgumentException as for a class
   */
  default <T> T decode(JsonType<T> type) {
    try {
      return Json.read(bytes(), type);
    } catch (JsonException e) {
      throw new WsMessageException(WsCloseCode.INVALID_PAYLOAD_DATA, e.getMessage());
    }
  }

  /** A text message: UTF-8 on the wire; a string in the hand, when first asked for. */
  final class Text implements WsMessage {
    private final byte[] utf8;
    private @Nullable String text; // null until asked for; threads that race write equal values

    private Text(@Nullable String text, byte[] utf8) {
      this.text = text;
      this.utf8 = utf8;
    }

    /** From the wire; known to be UTF-8. */
    static Text received(byte[] utf8) {
      return new Text(null, utf8);
    }

    @Override
    public String text() {
      String known = text;
      if (known == null) {
        known = new String(utf8, StandardCharsets.UTF_8);
        text = known;
      }
      return known;
    }

    @Override
    public byte[] bytes() {
      return utf8;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text that && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
      return "Text(" + bytes().length + " bytes)";
    }
  }

  /**
   * A binary message.
   *
   * @param bytes its payload
   */
  record Binary(byte[] bytes) implements WsMessage {
    /** Checks that there is a payload. */
    public Binary {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Binary(" + bytes.length + " bytes)";
    }
  }

  /**
   * A Ping (RFC 6455, section 5.5.2).
   *
   * @param bytes at most 125
   */
  record Ping(byte[] bytes) implements WsMessage {
    /** Checks the size. */
    public Ping {
      EncodedFrame.ping(Side.SERVER, bytes);
    }
  }

  /**
   * A Pong (RFC 6455, section 5.5.3).
   *
   * @param bytes at most 125
   */
  record Pong(byte[] bytes) implements WsMessage {
    /** Checks the size. */
    public Pong {
      EncodedFrame.pong(Side.SERVER, bytes);
    }
  }

  /**
   * A Close (RFC 6455, section 5.5.1).
   *
   * @param code why
   * @param reason for the peer's log; cut to 123 bytes of UTF-8 when sent
   */
  record Close(WsCloseCode code, String reason) implements WsMessage {
    /** Checks that the code may be sent. */
    public Close {
      Objects.requireNonNull(reason, "reason");
      if (!code.isSendable()) {
        throw new IllegalArgumentException("close code " + code + " must not be sent");
      }
    }

    @Override
    public byte[] bytes() {
      return reason.getBytes(StandardCharsets.UTF_8);
    }
  }
}
