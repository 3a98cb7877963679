package dev.phalanx.rfc6455;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A frame as any peer might write it, sound or not. It is written apart from the code under test,
 * in the plainest way, and shares nothing with it.
 *
 * @param lengthBytes 0, 2 or 8: how many bytes of extended length there are
 * @param announced the payload length that the header claims
 */
record RawFrame(
    boolean fin,
    int reservedBits,
    int opcode,
    boolean flipMask,
    int lengthBytes,
    long announced,
    byte[] payload) {
  private static final byte[] KEY = {0x37, (byte) 0xFA, 0x21, 0x3D};

  static RawFrame of(int opcode, byte[] payload) {
    int length = payload.length;
    int lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    return new RawFrame(true, 0, opcode, false, lengthBytes, length, payload);
  }

  static RawFrame text(String text) {
    return of(0x1, utf8(text));
  }

  static RawFrame text(byte[] payload) {
    return of(0x1, payload);
  }

  static RawFrame binary(byte[] payload) {
    return of(0x2, payload);
  }

  static RawFrame continuation(String text) {
    return of(0x0, utf8(text));
  }

  static RawFrame continuation(byte[] payload) {
    return of(0x0, payload);
  }

  static RawFrame ping(String payload) {
    return of(0x9, utf8(payload));
  }

  static RawFrame pong(String payload) {
    return of(0xA, utf8(payload));
  }

  static RawFrame close() {
    return of(0x8, new byte[0]);
  }

  static RawFrame close(int code, String reason) {
    return close(code, utf8(reason));
  }

  static RawFrame close(int code, byte[] reason) {
    ByteBuffer payload = ByteBuffer.allocate(2 + reason.length);
    return of(0x8, payload.putShort((short) code).put(reason).array());
  }

  /** More frames follow. */
  RawFrame unfinished() {
    return new RawFrame(false, reservedBits, opcode, flipMask, lengthBytes, announced, payload);
  }

  RawFrame withReservedBits(int bits) {
    return new RawFrame(fin, bits, opcode, flipMask, lengthBytes, announced, payload);
  }

  /** With RSV1, as the first frame of a compressed message. */
  RawFrame compressed() {
    return withReservedBits(4);
  }

  /** Masked if it comes from a server, and not if from a client. */
  RawFrame withWrongMask() {
    return new RawFrame(fin, reservedBits, opcode, true, lengthBytes, announced, payload);
  }

  RawFrame withLengthIn(int bytes) {
    return new RawFrame(fin, reservedBits, opcode, flipMask, bytes, announced, payload);
  }

  /** With a header that claims another length than the payload has. */
  RawFrame announcing(long length) {
    int bytes = length >= 0 && length < 126 ? 0 : length >= 0 && length < 65_536 ? 2 : 8;
    return new RawFrame(fin, reservedBits, opcode, flipMask, bytes, length, payload);
  }

  byte[] from(Side sender) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean masked = (sender == Side.CLIENT) != flipMask;
    int maskBit = masked ? 0x80 : 0;
    out.write((fin ? 0x80 : 0) | reservedBits << 4 | opcode);
    int length7 = lengthBytes == 0 ? (int) announced : lengthBytes == 2 ? 126 : 127;
    out.write(maskBit | length7);
    for (int i = lengthBytes - 1; i >= 0; i--) {
      out.write((int) (announced >> 8 * i));
    }
    if (masked) {
      out.writeBytes(KEY);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(masked ? payload[i] ^ KEY[i % 4] : payload[i]);
    }
    return out.toByteArray();
  }

  /** Reads one sound frame, which must be all there is. */
  static RawFrame read(byte[] wire) {
    int length7 = wire[1] & 0x7F;
    int lengthBytes = length7 == 127 ? 8 : length7 == 126 ? 2 : 0;
    long length = length7;
    int at = 2;
    if (lengthBytes > 0) {
      length = 0;
      for (int i = 0; i < lengthBytes; i++) {
        length = length << 8 | wire[at++] & 0xFF;
      }
    }
    boolean masked = (wire[1] & 0x80) != 0;
    byte[] key = masked ? Arrays.copyOfRange(wire, at, at + 4) : new byte[4];
    at += masked ? 4 : 0;
    if (wire.length != at + length) {
      throw new AssertionError("frame of " + (at + length) + " bytes in " + wire.length);
    }
    byte[] payload = Arrays.copyOfRange(wire, at, wire.length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= key[i % 4];
    }
    return new RawFrame(
        wire[0] < 0, wire[0] >> 4 & 0x7, wire[0] & 0xF, false, lengthBytes, length, payload);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
