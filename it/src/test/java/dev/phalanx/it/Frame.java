package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame made by hand (RFC 6455, section 5.2), sound or not. It shares nothing with the code under
 * test.
 */
record Frame(boolean fin, int reserved, int opcode, byte[] payload) {
  private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

  static Frame of(int opcode, byte[] payload) {
    return new Frame(true, 0, opcode, payload);
  }

  static Frame text(String text) {
    return of(0x1, text.getBytes(UTF_8));
  }

  static Frame text(byte[] utf8) {
    return of(0x1, utf8);
  }

  static Frame binary(byte[] bytes) {
    return of(0x2, bytes);
  }

  static Frame continuation(String text) {
    return continuation(text.getBytes(UTF_8));
  }

  static Frame continuation(byte[] bytes) {
    return of(0x0, bytes);
  }

  static Frame ping(String payload) {
    return of(0x9, payload.getBytes(UTF_8));
  }

  static Frame pong(String payload) {
    return of(0xA, payload.getBytes(UTF_8));
  }

  static Frame close() {
    return of(0x8, new byte[0]);
  }

  static Frame close(int code, String reason) {
    byte[] utf8 = reason.getBytes(UTF_8);
    return of(0x8, ByteBuffer.allocate(2 + utf8.length).putShort((short) code).put(utf8).array());
  }

  /** More frames of the message follow. */
  Frame unfinished() {
    return new Frame(false, reserved, opcode, payload);
  }

  /** With reserved bits: 4 is RSV1, 2 is RSV2, 1 is RSV3. */
  Frame withReserved(int bits) {
    return new Frame(fin, bits, opcode, payload);
  }

  /** As a client must send it. */
  byte[] masked() {
    return bytes(0x80, payload.length);
  }

  /** As no client may send it. */
  byte[] unmasked() {
    return bytes(0, payload.length);
  }

  /** With a header that announces another length than the payload has. */
  byte[] announcing(long length) {
    return bytes(0x80, length);
  }

  boolean isClose() {
    return opcode == 0x8;
  }

  /** The code in a Close; 1005 where it has none. */
  int closeCode() {
    return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
  }

  /** The reason in a Close. */
  String closeReason() {
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

  /** Reads what a server sends, which is never masked. */
  static Frame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    if (second >= 0x80) {
      throw new AssertionError("a server must not mask (RFC 6455, section 5.1)");
    }
    long length = second == 127 ? in.readLong() : second == 126 ? in.readUnsignedShort() : second;
    byte[] payload = in.readNBytes(Math.toIntExact(length));
    if (payload.length < length) {
      throw new AssertionError("the stream ended within a frame of " + length + " bytes");
    }
    return new Frame(first >= 0x80, first >> 4 & 0x7, first & 0xF, payload);
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
          case 0x0 -> "continuation " + shown();
          case 0x1 -> "text " + shown();
          case 0x2 -> "binary of " + payload.length + " bytes";
          case 0x8 -> "close " + closeCode() + " " + closeReason();
          case 0x9 -> "ping " + shown();
          case 0xA -> "pong " + shown();
          default -> "opcode " + opcode;
        };
    return (fin ? "" : "unfinished ") + (reserved == 0 ? "" : "RSV " + reserved + " ") + what;
  }

  private String shown() {
    String text = new String(payload, UTF_8);
    return text.length() <= 200
        ? text
        : text.substring(0, 200) + "… (" + payload.length + " bytes)";
  }
}
