package dev.phalanx.rfc6455;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masking and unmasking, which are the same (RFC 6455 §5.3), eight bytes at a time. */
final class Masking {
  /** Little-endian as almost every machine is: then no bytes are swapped, but those of the key. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Masking() {}

  /**
   * XORs the bytes from {@code from} to {@code to} with the key over and over.
   *
   * @param key its most significant byte is the first, as on the wire
   * @return the key for the bytes that follow
   */
  static int apply(int key, byte[] bytes, int from, int to) {
    long twice = Long.reverseBytes((long) key << 32 | key & 0xFFFF_FFFFL);
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ twice);
    }
    int next = key;
    for (; i < to; i++) {
      next = Integer.rotateLeft(next, Byte.SIZE);
      bytes[i] ^= (byte) next;
    }
    return next;
  }
}
