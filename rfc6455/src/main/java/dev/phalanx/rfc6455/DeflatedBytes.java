package dev.phalanx.rfc6455;

import java.util.Arrays;
import java.util.zip.Deflater;

/** A message as it comes out of a deflater (RFC 7692 §7.2.1). */
final class DeflatedBytes {
  /** zlib repeats the mark of a flush if it has no more than 6 bytes of room for it. */
  private static final int LEAST_ROOM = 64;

  /** What each flush ends with, and the receiver puts back. */
  private static final int TAIL_BYTES = 4;

  private byte[] bytes;
  private int size;

  DeflatedBytes(int expected) {
    this.bytes = new byte[expected / 2 + LEAST_ROOM];
  }

  /** Has the deflater take these bytes, and writes all that it makes of them. */
  void write(Deflater deflater, byte[] from, int offset, int length, int flush) {
    deflater.setInput(from, offset, length);
    int room;
    int written;
    do {
      if (bytes.length - size < LEAST_ROOM) {
        bytes = Arrays.copyOf(bytes, Math.addExact(bytes.length, bytes.length / 2 + LEAST_ROOM));
      }
      room = bytes.length - size;
      written = deflater.deflate(bytes, size, room, flush);
      size += written;
    } while (written == room);
  }

  /**
   * All that was written, without its tail (§7.2.1); a message of nothing is one byte (§7.2.3.6).
   */
  byte[] message() {
    return size <= TAIL_BYTES ? new byte[1] : Arrays.copyOf(bytes, size - TAIL_BYTES);
  }
}
