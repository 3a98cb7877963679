package dev.phalanx.rfc6455;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masking and unmasking, which are the same (RFC 6455 §5.3), eight bytes at a time. */
final class Masking {
  /** Little-endian as almost every machine is: then no bytes are swapped, but those of the key. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** From so many bytes on, a loop is worth its while. */
  private static final int LONG = 8 * Long.BYTES;

  private Masking() {}

  /**
   * XORs the bytes from {@code from} to {@code to} with the key over and over.
   *
   * @param key its most significant byte is the first, as on the wire
   * @return the key for the bytes that follow
   */
  static int apply(int key, byte[] bytes, int from, int to) {
    long twice = Long.reverseBytes((long) key << 32 | key & 0xFFFF_FFFFL);
    int i = to - from < LONG ? maskShort(twice, bytes, from, to) : maskLong(twice, bytes, from, to);
    int next = key;
    for (; i < to; i++) {
      next = Integer.rotateLeft(next, Byte.SIZE);
      bytes[i] ^= (byte) next;
    }
    return next;
  }

  /**
   * A loop that the JIT compiler turns into vectors; the index of what is left, less than eight.
   */
  private static int maskLong(long twice, byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      maskEight(twice, bytes, i);
    }
    return i;
  }

  /** No loop: getting vectors going takes longer than a short message. */
  private static int maskShort(long twice, byte[] bytes, int from, int to) {
    int i = from;
    if (to - i >= 4 * Long.BYTES) {
      maskEight(twice, bytes, i);
      maskEight(twice, bytes, i + Long.BYTES);
      maskEight(twice, bytes, i + 2 * Long.BYTES);
      maskEight(twice, bytes, i + 3 * Long.BYTES);
      i += 4 * Long.BYTES;
    }
    if (to - i >= 2 * Long.BYTES) {
      maskEight(twice, bytes, i);
      maskEight(twice, bytes, i + Long.BYTES);
      i += 2 * Long.BYTES;
    }
    if (to - i >= Long.BYTES) {
      maskEight(twice, bytes, i);
      i += Long.BYTES;
    }
    return i;
  }

  private static void maskEight(long twice, byte[] bytes, int at) {
    LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
  }
}
