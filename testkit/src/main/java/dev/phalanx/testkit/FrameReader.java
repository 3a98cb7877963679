package dev.phalanx.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes the frames of one side out of its bytes, in the plainest way. */
final class FrameReader {
  private final boolean masked;
  private byte[] unread = {};

  /**
   * A reader.
   *
   * @param masked whether the frames must be masked: a client's (RFC 6455, section 5.1)
   */
  FrameReader(boolean masked) {
    this.masked = masked;
  }

  void add(byte[] bytes) {
    byte[] all = Arrays.copyOf(unread, unread.length + bytes.length);
    System.arraycopy(bytes, 0, all, unread.length, bytes.length);
    unread = all;
  }

  /** The bytes of a frame that isn't whole. */
  int unread() {
    return unread.length;
  }

  /** The next whole frame; null if there is none yet. */
  @Nullable Frame next() {
    ByteBuffer in = ByteBuffer.wrap(unread);
    if (in.remaining() < 2) {
      return null;
    }
    int first = in.get() & 0xFF;
    int second = in.get() & 0xFF;
    int size = (second & 0x7F) == 126 ? Short.BYTES : (second & 0x7F) == 127 ? Long.BYTES : 0;
    int mask = second >= 0x80 ? Integer.BYTES : 0;
    if (in.remaining() < size + mask) {
      return null;
    }
    long length =
        size == 0 ? second & 0x7F : size == Short.BYTES ? in.getShort() & 0xFFFF : in.getLong();
    byte[] key = new byte[mask];
    in.get(key);
    if ((mask > 0) != masked) {
      String rule = masked ? "a client must mask" : "a server must not mask";
      throw new AssertionError(rule + " (RFC 6455, section 5.1), but a frame came otherwise");
    }
    if (in.remaining() < length) {
      return null;
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.get(payload);
    for (int i = 0; i < payload.length && mask > 0; i++) {
      payload[i] ^= key[i % 4];
    }
    unread = Arrays.copyOfRange(unread, in.position(), unread.length);
    return new Frame(first >= 0x80, first >> 4 & 0x7, first & 0xF, payload);
  }
}
