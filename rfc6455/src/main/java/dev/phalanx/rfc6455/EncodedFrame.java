package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A whole frame as it goes on the wire (RFC 6455 §5.2). Immutable, and free of any connection: one
 * frame of a server may be sent to any number of peers, from any thread. A frame of a client is for
 * one sending only, since it has been masked with a key of its own (§5.3).
 *
 * <p>A small frame is one array. A large one of a server keeps the caller's payload and does not
 * copy it: <strong>the array must not be changed afterwards.</strong>
 */
public final class EncodedFrame {
  /** Bytes that a Close, Ping or Pong may carry at most (RFC 6455 §5.5). */
  static final int MAX_CONTROL_PAYLOAD = 125;

  /** Up to here a copy of the payload is cheaper than a second write to the sink. */
  private static final int MAX_JOINED_PAYLOAD = 4_096;

  private static final byte[] NOTHING = {};

  private final byte[] head;
  private final byte[] rest;

  private EncodedFrame(byte[] head, byte[] rest) {
    this.head = head;
    this.rest = rest;
  }

  /** A text message in one frame; unpaired surrogates become question marks. */
  public static EncodedFrame text(Side side, String text) {
    return of(side, Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A Ping (RFC 6455 §5.5.2).
   *
   * @throws IllegalArgumentException if the payload is larger than 125 bytes
   */
  public static EncodedFrame ping(Side side, byte[] payload) {
    return of(side, Opcode.PING, payload);
  }

  /**
   * A Pong (RFC 6455 §5.5.3).
   *
   * @throws IllegalArgumentException if the payload is larger than 125 bytes
   */
  public static EncodedFrame pong(Side side, byte[] payload) {
    return of(side, Opcode.PONG, payload);
  }

  /**
   * A Close (RFC 6455 §5.5.1).
   *
   * @param code with {@link CloseCodes#NO_STATUS_RECEIVED} the frame carries neither code nor
   *     reason
   * @param reason cut to 123 bytes of UTF-8, between two characters
   * @throws IllegalArgumentException if the code must not be sent
   */
  public static EncodedFrame close(Side side, int code, String reason) {
    return of(side, Opcode.CLOSE, ClosePayload.encode(code, reason));
  }

  /** A frame with FIN set: a whole message, the last fragment of one, or a control frame. */
  public static EncodedFrame of(Side side, Opcode opcode, byte[] payload) {
    return of(side, opcode, true, false, payload);
  }

  /**
   * Any frame.
   *
   * @param fin whether the message ends here
   * @param rsv1 the bit of permessage-deflate (RFC 7692 §6)
   * @throws IllegalArgumentException if a control frame would be fragmented or larger than 125
   *     bytes
   */
  public static EncodedFrame of(
      Side side, Opcode opcode, boolean fin, boolean rsv1, byte[] payload) {
    if (opcode.isControl()) {
      requireControlFrame(fin, payload.length);
    }
    boolean mask = side == Side.CLIENT;
    boolean join = mask || payload.length <= MAX_JOINED_PAYLOAD;
    int headerSize = 2 + lengthBytes(payload.length) + (mask ? Integer.BYTES : 0);
    byte[] head = new byte[headerSize + (join ? payload.length : 0)];
    ByteBuffer out = ByteBuffer.wrap(head);
    out.put((byte) ((fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode.code()));
    putLength(out, mask ? 0x80 : 0, payload.length);
    if (mask) {
      int key = MaskingKeys.next();
      out.putInt(key).put(payload);
      Masking.apply(key, head, headerSize, head.length);
    } else if (join) {
      out.put(payload);
    }
    return new EncodedFrame(head, join ? NOTHING : payload);
  }

  private static void requireControlFrame(boolean fin, int length) {
    if (!fin) {
      throw new IllegalArgumentException("a Close, Ping or Pong cannot be fragmented");
    }
    if (length > MAX_CONTROL_PAYLOAD) {
      throw new IllegalArgumentException(
          "a Close, Ping or Pong carries at most 125 bytes, not " + length);
    }
  }

  private static int lengthBytes(int length) {
    if (length <= 125) {
      return 0;
    }
    return length <= 0xFFFF ? Short.BYTES : Long.BYTES;
  }

  private static void putLength(ByteBuffer out, int maskBit, int length) {
    switch (lengthBytes(length)) {
      case Short.BYTES -> out.put((byte) (maskBit | 126)).putShort((short) length);
      case Long.BYTES -> out.put((byte) (maskBit | 127)).putLong(length);
      default -> out.put((byte) (maskBit | length));
    }
  }

  /** Bytes on the wire: header and payload. */
  public int length() {
    return Math.addExact(head.length, rest.length);
  }

  /**
   * Hands bytes of the frame to the sink, in order, with at most two calls.
   *
   * @param from the first byte to hand over, 0 to {@link #length}
   * @param max how many bytes at most
   * @return how many bytes were handed over: {@code max}, or all that were left
   * @throws IndexOutOfBoundsException if {@code from} is outside of the frame, or {@code max}
   *     negative
   */
  public int transferTo(ByteSink sink, int from, int max) {
    int count = Math.min(max, length() - from);
    Objects.checkFromIndexSize(from, count, length());
    int ofHead = Math.clamp((long) head.length - from, 0, count);
    if (ofHead > 0) {
      sink.write(head, from, ofHead);
    }
    int ofRest = count - ofHead;
    if (ofRest > 0) {
      sink.write(rest, from + ofHead - head.length, ofRest);
    }
    return count;
  }

  boolean isPong() {
    return (head[0] & 0x0F) == Opcode.PONG.code();
  }
}
