package dev.phalanx.transport;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the wires of a lane read into and write from, one at a time: so that none of them has a
 * buffer while nothing is being read or written. Lane-confined.
 */
final class LaneBuffers {
  /** As much as is read, or handed to the operating system, at a time. */
  static final int SIZE = 64 << 10;

  private final ByteBuffer reads = ByteBuffer.allocateDirect(SIZE);
  private final long readsAt = MemorySegment.ofBuffer(reads).address();
  private final ByteBuffer writes = ByteBuffer.allocateDirect(SIZE);
  private final long writesAt = MemorySegment.ofBuffer(writes).address();
  private @Nullable SocketWire writer; // whose bytes are in writes

  /**
   * Reads what is there.
   *
   * @return how many bytes; 0 if there are none now, -1 if there will be none
   */
  int receive(Socket socket) throws IOException {
    return socket.recvAddress(readsAt, 0, SIZE);
  }

  /** What was received last; until somebody receives again. */
  ByteBuffer received(int length) {
    return reads.clear().limit(length);
  }

  /**
   * Adds to what a wire has here. What another one has here, and hasn't flushed, it takes back.
   *
   * @return false if there is no room for it
   */
  boolean add(SocketWire wire, byte[] bytes, int offset, int length) {
    if (writer != wire) {
      clear();
      writer = wire;
    }
    if (writes.remaining() < length) {
      return false;
    }
    writes.put(bytes, offset, length);
    return true;
  }

  boolean has(SocketWire wire) {
    return writer == wire;
  }

  /** What the wire that wrote last has here, and from now on has here no more. */
  ByteBuffer release() {
    writer = null;
    return writes.flip();
  }

  /**
   * Sends as much as is taken of what was released.
   *
   * @return whether that was all; if not, the rest is still in {@code released}
   */
  boolean send(Socket socket, ByteBuffer released) throws IOException {
    released.position(socket.sendAddress(writesAt, 0, released.limit()));
    return !released.hasRemaining();
  }

  /**
   * Sends some of what a wire has kept for itself.
   *
   * @return how much is taken
   */
  int send(Socket socket, byte[] bytes, int offset, int length) throws IOException {
    clear();
    int some = Math.min(length, SIZE);
    writes.put(bytes, offset, some);
    return socket.sendAddress(writesAt, 0, some);
  }

  private void clear() {
    if (writer != null) {
      writer.takeBack();
    }
    writes.clear();
  }
}
