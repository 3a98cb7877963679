package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Payload as it arrives. Its memory follows the bytes received, at most twice as many, and never
 * what a header announces: announcing is free for the peer. Payload that is all at hand goes into
 * an array of its size, without a copy. Nothing is held when empty.
 */
final class PayloadBuffer {
  private static final byte[] EMPTY = {};
  private static final int MIN_INFLATED = 64;

  /** Java virtual machines make no much larger arrays. */
  static final int MAX_INFLATED = Integer.MAX_VALUE - 16;

  private byte[] bytes = EMPTY;
  private int size;

  /** Takes all that is at hand of the frame's payload. */
  void readFrom(FrameDecoder frame, ByteBuffer in) {
    int length = frame.available(in);
    if (length > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, capacityFor(frame, length));
    }
    frame.readPayload(in, bytes, size, length);
    size += length;
  }

  private int capacityFor(FrameDecoder frame, int length) {
    long atMost = frame.isFin() ? size + frame.remaining() : Integer.MAX_VALUE;
    return (int) Math.max(size + length, Math.min(2L * bytes.length, atMost));
  }

  /**
   * Takes what an inflater makes of its input, as much as there is room for.
   *
   * @param atMost the size that is never passed; greater than {@link #size}
   * @return how many bytes came
   */
  int readFrom(Inflater inflater, int atMost) throws DataFormatException {
    if (size == bytes.length) {
      // Nobody knows how much will come: its input is a first guess, and what came is the next.
      long guess = Math.max(2L * size, 2L * inflater.getRemaining() + MIN_INFLATED);
      bytes = Arrays.copyOf(bytes, (int) Math.min(guess, atMost));
    }
    int before = size;
    long written = inflater.getBytesWritten();
    try {
      inflater.inflate(bytes, size, bytes.length - size);
    } finally {
      size += (int) (inflater.getBytesWritten() - written); // what came before a fault came too
    }
    return size - before;
  }

  int size() {
    return size;
  }

  /** Bytes of memory that are occupied. */
  int capacity() {
    return bytes.length;
  }

  /** The payload so far, from index 0 to {@link #size}. */
  byte[] bytes() {
    return bytes;
  }

  /** Hands over the payload, and is empty. */
  byte[] take() {
    byte[] taken = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    clear();
    return taken;
  }

  void clear() {
    bytes = EMPTY;
    size = 0;
  }
}
