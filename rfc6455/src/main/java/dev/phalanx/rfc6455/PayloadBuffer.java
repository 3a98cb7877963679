package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Payload as it arrives. Its memory follows the bytes received, at most twice as many, and never
 * what a header announces: announcing is free for the peer. Payload that is all at hand goes into
 * an array of its size, without a copy. Nothing is held when empty.
 */
final class PayloadBuffer {
  private static final byte[] EMPTY = {};

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

  int size() {
    return size;
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
