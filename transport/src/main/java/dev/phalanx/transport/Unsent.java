package dev.phalanx.transport;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What was written to a wire and can't be sent from its lane's buffer: that has another wire's, or
 * the peer doesn't take it yet. Lane-confined.
 */
final class Unsent {
  private byte[] bytes = new byte[0];
  private int from; // what is before it was sent
  private int to;

  void add(byte[] more, int offset, int length) {
    ensureRoom(length);
    System.arraycopy(more, offset, bytes, to, length);
    to += length;
  }

  void add(ByteBuffer more) {
    int length = more.remaining();
    ensureRoom(length);
    more.get(bytes, to, length);
    to += length;
  }

  private void ensureRoom(int length) {
    if (bytes.length - to < length) {
      bytes = Arrays.copyOf(bytes, Math.max(to + length, 2 * to));
    }
  }

  /** How many bytes are left. */
  int size() {
    return to - from;
  }

  /**
   * Sends until no more is taken.
   *
   * @return whether that was all
   */
  boolean sendTo(Socket socket, LaneBuffers buffers) throws IOException {
    int taken;
    do {
      taken = buffers.send(socket, bytes, from, to - from);
      from += taken;
    } while (taken > 0 && from < to);
    return from == to;
  }
}
