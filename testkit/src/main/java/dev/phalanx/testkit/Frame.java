package dev.phalanx.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame made by hand (RFC 6455, section 5.2), sound or not: nothing is checked, so that a test
 * can break each rule. It shares nothing with the code under test. The array must not be changed.
 *
 * @param fin whether it is the last of its message
 * @param reserved the reserved bits: 4 is RSV1, 2 is RSV2, 1 is RSV3
 * @param opcode 0 to 15
 * @param payload unmasked
 */
public record Frame(boolean fin, int reserved, int opcode, byte[] payload) {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

  /** Any frame that is the last of its message. */
  public static Frame of(int opcode, byte[] payload) {
    return new Frame(true, 0, opcode, payload);
  }

  /** A text. */
  public static Frame text(String text) {
    return text(text.getBytes(UTF_8));
  }

  /** A text that need not be UTF-8. */
  public static Frame text(byte[] utf8) {
    return of(TEXT, utf8);
  }

  /** A binary message. */
  public static Frame binary(byte[] bytes) {
    return of(BINARY, bytes);
  }

  /** More of a text. */
  public static Frame continuation(String text) {
    return continuation(text.getBytes(UTF_8));
  }

  /** More of a message. */
  public static Frame continuation(byte[] bytes) {
    return of(CONTINUATION, bytes);
  }

  /** A Ping. */
  public static Frame ping(String payload) {
    return of(PING, payload.getBytes(UTF_8));
  }

  /** A Pong. */
  public static Frame pong(String payload) {
    return of(PONG, payload.getBytes(UTF_8));
  }

  /** A Close without code and reason. */
  public static Frame close() {
    return of(CLOSE, new byte[0]);
  }

  /** A Close. */
  public static Frame close(int code, String reason) {
    byte[] utf8 = reason.getBytes(UTF_8);
    return of(CLOSE, ByteBuffer.allocate(2 + utf8.length).putShort((short) code).put(utf8).array());
  }

  /** The same, and more frames of the message follow. */
  public Frame unfinished() {
    return new Frame(false, reserved, opcode, payload);
  }

  /** The same with reserved bits: 4 is RSV1, 2 is RSV2, 1 is RSV3. */
  public Frame withReserved(int bits) {
    return new Frame(fin, bits, opcode, payload);
  }

  /** Its bytes as a client must send them. */
  public byte[] masked() {
    return bytes(0x80, payload.length);
  }

  /** Its bytes as a server must send them, and no client may. */
  public byte[] unmasked() {
    return bytes(0, payload.length);
  }

  /** Its bytes, masked, with a header that announces another length than the payload has. */
  public byte[] announcing(long length) {
    return bytes(0x80, length);
  }

  /** Whether it is a Close. */
  public boolean isClose() {
    return opcode == CLOSE;
  }

  boolean isControl() {
    return opcode >= CLOSE;
  }

  /** The code in a Close; 1005 where it has none. */
  public int closeCode() {
    return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
  }

  /** The reason in a Close; empty where it has none. */
  public String closeReason() {
    return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, UTF_8);
  }

  private byte[] bytes(int maskBit, long length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write((fin ? 0x80 : 0) | reserved << 4 | opcode);
    int size = length >= 0 && length < 126 ? 0 : length >= 0 && length < 65_536 ? 2 : 8;
    out.write(maskBit | (size == 0 ? (int) length : size == 2 ? 126 : 127));
    for (int i = size - 1; i >= 0; i--) {
      out.write((int) (length >> 8 * i));
    }
    if (maskBit != 0) {
      out.writeBytes(MASK);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(maskBit == 0 ? payload[i] : payload[i] ^ MASK[i % 4]);
    }
    return out.toByteArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Frame that
        && fin == that.fin
        && reserved == that.reserved
        && opcode == that.opcode
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return opcode * 31 + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    String what =
        switch (opcode) {
          case CONTINUATION -> "continuation " + shown();
          case TEXT -> "text " + shown();
          case BINARY -> "binary " + Shown.bytes(payload);
          case CLOSE -> "Close " + closeCode() + " " + closeReason();
          case PING -> "Ping " + shown();
          case PONG -> "Pong " + shown();
          default -> "opcode " + opcode + " " + Shown.bytes(payload);
        };
    return (fin ? "" : "unfinished ") + (reserved == 0 ? "" : "RSV " + reserved + " ") + what;
  }

  /** Compressed or not UTF-8, it is shown as bytes. */
  private String shown() {
    return reserved == 0 ? Shown.text(payload) : Shown.bytes(payload);
  }
}
