package dev.phalanx.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What a channel reads into: buffers of its own while it speaks HTTP, whose decoder may keep them,
 * the larger the more there is to be read; its lane's, once it is a wire. Lane-confined.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int SMALLEST = 2 << 10;
  private static final int LARGEST = 64 << 10;

  /** So many buffers of a channel are filled; then other channels have their turn. */
  private static final int AT_ONCE = 16;

  private @Nullable LaneBuffers lanes;
  private int size = SMALLEST;

  ReadBuffers() {
    super(AT_ONCE);
  }

  /** From now on, nobody keeps what is read. */
  void share(LaneBuffers buffers) {
    lanes = buffers;
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's channels ask for this type
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return size;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return lanes == null ? super.allocate(allocator) : lanes.forReading();
      }

      @Override
      public void lastBytesRead(int bytes) {
        super.lastBytesRead(bytes);
        if (bytes == size && size < LARGEST) {
          size *= 2;
        }
      }
    };
  }
}
