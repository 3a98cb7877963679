package dev.phalanx.rfc6455;

import java.util.zip.Deflater;

/**
 * Takes the context over from message to message (RFC 7692 §7.1.1) with a window smaller than the
 * deflater's: all that a context is then is the bytes in that window, so it keeps those, and no
 * deflater.
 */
final class WindowedContextDeflater implements MessageDeflater {
  private static final byte[] NOTHING = {};

  private final int windowBits;
  private final int level;
  private final DeflatePool pool;
  private byte[] history = NOTHING;

  WindowedContextDeflater(int windowBits, int level, DeflatePool pool) {
    this.windowBits = windowBits;
    this.level = level;
    this.pool = pool;
  }

  @Override
  public byte[] deflate(byte[] message) {
    Deflater deflater = pool.takeDeflater(level);
    try {
      byte[] deflated = Windows.deflate(deflater, windowBits, history, message);
      remember(message);
      return deflated;
    } finally {
      pool.giveBack(deflater, level);
    }
  }

  private void remember(byte[] message) {
    int window = 1 << windowBits;
    int ofMessage = Math.min(message.length, window);
    int ofHistory = Math.min(history.length, window - ofMessage);
    byte[] next = new byte[ofHistory + ofMessage];
    System.arraycopy(history, history.length - ofHistory, next, 0, ofHistory);
    System.arraycopy(message, message.length - ofMessage, next, ofHistory, ofMessage);
    history = next;
  }

  @Override
  public void startAfresh() {
    history = NOTHING;
  }

  @Override
  public void close() {
    history = NOTHING;
  }
}
