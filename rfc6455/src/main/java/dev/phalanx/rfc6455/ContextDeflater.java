package dev.phalanx.rfc6455;

import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Takes the context over from message to message (RFC 7692 §7.1.1) with a window of 15 bits, which
 * is the deflater's own: so it keeps the deflater.
 */
final class ContextDeflater implements MessageDeflater {
  private final int level;
  private final DeflatePool pool;
  private @Nullable Deflater deflater;

  ContextDeflater(int level, DeflatePool pool) {
    this.level = level;
    this.pool = pool;
  }

  @Override
  public byte[] deflate(byte[] message) {
    Deflater held = deflater;
    if (held == null) {
      held = pool.takeDeflater(level);
      deflater = held;
    }
    DeflatedBytes out = new DeflatedBytes(message.length);
    out.write(held, message, 0, message.length, Deflater.SYNC_FLUSH);
    return out.message();
  }

  @Override
  public void startAfresh() {
    close(); // rather than reset it: who is published to may never send anything itself
  }

  @Override
  public void close() {
    Deflater held = deflater;
    if (held != null) {
      deflater = null;
      pool.giveBack(held, level);
    }
  }
}
