package dev.phalanx.transport;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** What a channel reads into: the larger, the more there is to be read. Lane-confined. */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int SMALLEST = 2 << 10;
  private static final int LARGEST = 64 << 10;

  /** So many buffers of a channel are filled; then other channels have their turn. */
  private static final int AT_ONCE = 16;

  private int size = SMALLEST;

  ReadBuffers() {
    super(AT_ONCE);
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
      public void lastBytesRead(int bytes) {
        super.lastBytesRead(bytes);
        if (bytes == size && size < LARGEST) {
          size *= 2;
        }
      }
    };
  }
}
