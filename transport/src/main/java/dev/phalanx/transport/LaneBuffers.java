package dev.phalanx.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the wires of a lane read into and write from, one at a time: so that none of them has a
 * buffer while nothing is being read or written. Lane-confined.
 */
final class LaneBuffers {
  /** As much as is handed to the operating system at a time. */
  private static final int SIZE = 64 << 10;

  private final ByteBuf reads = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SIZE));
  private final ByteBuffer writes = ByteBuffer.allocateDirect(SIZE);
  private final long address = MemorySegment.ofBuffer(writes).address();
  private @Nullable NettyWire writer; // whose bytes are in writes

  /** To read into, and to be released before anybody else reads. */
  ByteBuf forReading() {
    return reads.clear().retain();
  }

  /**
   * Adds to what a wire has here. What another one has here, and hasn't flushed, it takes back.
   *
   * @return false if there is no room for it
   */
  boolean add(NettyWire wire, byte[] bytes, int offset, int length) {
    if (writer != wire) {
      if (writer != null) {
        writer.takeBack();
      }
      writer = wire;
      writes.clear();
    }
    if (writes.remaining() < length) {
      return false;
    }
    writes.put(bytes, offset, length);
    return true;
  }

  boolean has(NettyWire wire) {
    return writer == wire;
  }

  /** The bytes of the wire that wrote last, from which it has this room no longer. */
  ByteBuffer release() {
    writer = null;
    return writes.flip();
  }

  /** Where {@link #release}'s buffer begins. */
  long address() {
    return address;
  }
}
