package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;

/**
 * Reads the structure of frames (RFC 6455 §5.2), which may be split anywhere: a header, then its
 * payload, unmasked. It knows no rules and stores no payload: {@link FrameRules} judges each header
 * before the payload is read, and {@link PayloadBuffer} takes the payload.
 */
final class FrameDecoder {
  /** The bit of permessage-deflate (RFC 7692 §6), among the reserved ones. */
  static final int RSV1 = 0x4;

  private static final int SHORT_HEADER = 2;
  private static final int LENGTH_IN_2_BYTES = 126;
  private static final int LENGTH_IN_8_BYTES = 127;

  private int headerRead;
  private int first;
  private int second;
  private int maskingKey;
  private long remaining;

  /** Reads on in a header. Once it is whole this is true, and all of its payload must be read. */
  boolean readHeader(ByteBuffer in) {
    while (in.hasRemaining()) {
      readHeaderByte(in.get() & 0xFF);
      if (headerRead == headerSize()) {
        headerRead = 0;
        return true;
      }
    }
    return false;
  }

  private void readHeaderByte(int next) {
    int index = headerRead++;
    if (index == 0) {
      first = next;
    } else if (index == 1) {
      second = next;
      remaining = lengthBytes() == 0 ? length7() : 0;
    } else if (index < SHORT_HEADER + lengthBytes()) {
      remaining = remaining << Byte.SIZE | next;
    } else {
      maskingKey = maskingKey << Byte.SIZE | next;
    }
  }

  private int headerSize() {
    if (headerRead < SHORT_HEADER) {
      return SHORT_HEADER;
    }
    return SHORT_HEADER + lengthBytes() + (isMasked() ? Integer.BYTES : 0);
  }

  private int lengthBytes() {
    return switch (length7()) {
      case LENGTH_IN_2_BYTES -> Short.BYTES;
      case LENGTH_IN_8_BYTES -> Long.BYTES;
      default -> 0;
    };
  }

  private int length7() {
    return second & 0x7F;
  }

  boolean isFin() {
    return (first & 0x80) != 0;
  }

  /** RSV1, RSV2 and RSV3, from the highest bit to the lowest: RSV1 alone is {@link #RSV1}. */
  int reservedBits() {
    return first >> 4 & 0x7;
  }

  int opcode() {
    return first & 0xF;
  }

  boolean isMasked() {
    return (second & 0x80) != 0;
  }

  /**
   * Bytes of payload that have not been read: right after the header, those that it announces. That
   * is negative if the peer set the most significant bit of a length in 8 bytes.
   */
  long remaining() {
    return remaining;
  }

  /** Right after the header: whether its length could have been written in fewer bytes. */
  boolean isLengthPadded() {
    return switch (length7()) {
      case LENGTH_IN_2_BYTES -> remaining < LENGTH_IN_2_BYTES;
      case LENGTH_IN_8_BYTES -> remaining >= 0 && remaining <= 0xFFFF;
      default -> false;
    };
  }

  /** How many bytes of the payload are at hand. */
  int available(ByteBuffer in) {
    return (int) Math.min(in.remaining(), remaining);
  }

  /** Takes all that is at hand of the payload, unmasked. */
  byte[] takePayload(ByteBuffer in) {
    byte[] taken = new byte[available(in)];
    readPayload(in, taken, 0, taken.length);
    return taken;
  }

  /** Moves {@code length} bytes, which are available, into {@code to} and unmasks them there. */
  void readPayload(ByteBuffer in, byte[] to, int offset, int length) {
    if (isMasked()) {
      maskingKey = Masking.move(maskingKey, in, to, offset, length);
    } else {
      in.get(to, offset, length);
    }
    remaining -= length;
  }
}
