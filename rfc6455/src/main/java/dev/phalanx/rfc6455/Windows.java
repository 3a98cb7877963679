package dev.phalanx.rfc6455;

import java.util.zip.Deflater;

/**
 * DEFLATE with a window smaller than the 15 bits that {@link Deflater} has, and can't be told to
 * change. The message goes in pieces: one that fills the window, then halves of it. Before each,
 * the deflater forgets everything (a full flush) and is given as its dictionary only what the
 * piece's end may still refer to. So no reference ever reaches further back than the window.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.1.2">RFC 7692 §7.1.2</a>
 */
final class Windows {
  private Windows() {}

  /**
   * Compresses a message.
   *
   * @param deflater fresh or reset; to be reset before it is used for anything else
   * @param history what was sent before, as far as it may be referred to
   */
  static byte[] deflate(Deflater deflater, int windowBits, byte[] history, byte[] message) {
    DeflatedBytes out = new DeflatedBytes(message.length);
    if (windowBits == DeflateParameters.MAX_WINDOW_BITS && history.length == 0) {
      out.write(deflater, message, 0, message.length, Deflater.SYNC_FLUSH);
      return out.message();
    }
    byte[] all = join(history, message);
    int window = 1 << windowBits;
    int at = history.length;
    while (at < all.length) {
      int length = Math.min(all.length - at, Math.max(window - at, window / 2));
      int before = Math.min(at, window - length);
      if (before > 0) {
        deflater.setDictionary(all, at - before, before);
      }
      out.write(deflater, all, at, length, Deflater.FULL_FLUSH);
      at += length;
    }
    return out.message();
  }

  private static byte[] join(byte[] history, byte[] message) {
    if (history.length == 0) {
      return message;
    }
    byte[] all = new byte[Math.addExact(history.length, message.length)];
    System.arraycopy(history, 0, all, 0, history.length);
    System.arraycopy(message, 0, all, history.length, message.length);
    return all;
  }
}
