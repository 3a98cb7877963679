package dev.phalanx.rfc6455;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Masking and unmasking, which are the same (RFC 6455 §5.3), eight bytes at a time. */
final class Masking {
  /** Little-endian as almost every machine is: then no bytes are swapped, but those of the key. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle BUFFERED =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
    int length = to - from;
    if (length < Long.BYTES) {
      maskBytes(key, bytes, from, to);
    } else {
      long twice = twice(key);
      int last = to - Long.BYTES;
      // Masked before those that it overlaps are, and put back after them: no byte is left over.
      long masked = (long) LONGS.get(bytes, last) ^ Long.rotateRight(twice, bits(length));
      if (length < LONG) {
        maskShort(twice, bytes, from, last);
      } else {
        maskLong(twice, bytes, from, last);
      }
      LONGS.set(bytes, last, masked);
    }
    return Integer.rotateLeft(key, bits(length));
  }

  /**
   * Moves bytes out of a buffer into an array and XORs them on the way: once through the memory,
   * and not twice.
   *
   * @return as {@link #apply}
   */
  static int move(int key, ByteBuffer in, byte[] to, int offset, int length) {
    if (length < Long.BYTES) {
      in.get(to, offset, length);
      maskBytes(key, to, offset, offset + length);
    } else {
      long twice = twice(key);
      int from = in.position();
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        LONGS.set(to, offset + i, (long) BUFFERED.get(in, from + i) ^ twice);
      }
      long turned = Long.rotateRight(twice, bits(length));
      LONGS.set(to, offset + last, (long) BUFFERED.get(in, from + last) ^ turned);
      in.position(from + length);
    }
    return Integer.rotateLeft(key, bits(length));
  }

  private static long twice(int key) {
    return Long.reverseBytes((long) key << 32 | key & 0xFFFF_FFFFL);
  }

  /** By how much a key is turned for what follows so many bytes. */
  private static int bits(int bytes) {
    return (bytes & 3) * Byte.SIZE;
  }

  private static void maskBytes(int key, byte[] bytes, int from, int to) {
    int next = key;
    for (int i = from; i < to; i++) {
      next = Integer.rotateLeft(next, Byte.SIZE);
      bytes[i] ^= (byte) next;
    }
  }

  /** A loop that the JIT compiler turns into vectors, up to a last eight that isn't masked here. */
  private static void maskLong(long twice, byte[] bytes, int from, int last) {
    for (int i = from; i < last; i += Long.BYTES) {
      maskEight(twice, bytes, i);
    }
  }

  /** The same without a loop: getting vectors going takes longer than a short message. */
  private static void maskShort(long twice, byte[] bytes, int from, int last) {
    int i = from;
    if (last - i > 3 * Long.BYTES) {
      maskEight(twice, bytes, i);
      maskEight(twice, bytes, i + Long.BYTES);
      maskEight(twice, bytes, i + 2 * Long.BYTES);
      maskEight(twice, bytes, i + 3 * Long.BYTES);
      i += 4 * Long.BYTES;
    }
    if (last - i > Long.BYTES) {
      maskEight(twice, bytes, i);
      maskEight(twice, bytes, i + Long.BYTES);
      i += 2 * Long.BYTES;
    }
    if (last - i > 0) {
      maskEight(twice, bytes, i);
    }
  }

  private static void maskEight(long twice, byte[] bytes, int at) {
    LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
  }
}
