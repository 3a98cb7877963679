package dev.phalanx.rfc6455;

import java.util.zip.Deflater;

/** Each message by itself (RFC 7692 §7.1.1); holds nothing between them. */
final class StatelessDeflater implements MessageDeflater {
  private static final byte[] NOTHING = {};

  private final int windowBits;
  private final int level;
  private final DeflatePool pool;

  StatelessDeflater(int windowBits, int level, DeflatePool pool) {
    this.windowBits = windowBits;
    this.level = level;
    this.pool = pool;
  }

  @Override
  public byte[] deflate(byte[] message) {
    Deflater deflater = pool.takeDeflater(level);
    try {
      return Windows.deflate(deflater, windowBits, NOTHING, message);
    } finally {
      pool.giveBack(deflater, level);
    }
  }

  @Override
  public void startAfresh() {
    // It always does.
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
