package dev.phalanx.rfc6455;

/**
 * Compresses the messages of one connection, in the order in which they are sent (RFC 7692 §7.2.1).
 *
 * <p>For one thread at a time; the owner sees to that, and closes it once. Between messages it
 * holds: without context takeover nothing; with context takeover a deflater of about 268 KiB of
 * native memory where the window has 15 bits, and else the last 2^bits bytes that were sent, on the
 * heap. Nothing is held before the first message.
 */
public sealed interface MessageDeflater extends AutoCloseable
    permits StatelessDeflater, ContextDeflater, WindowedContextDeflater {

  /**
   * The compressor of a connection.
   *
   * @param agreed what was negotiated
   * @param sender our side
   * @param level 1, fast, to 9, small
   */
  static MessageDeflater of(DeflateParameters agreed, Side sender, int level, DeflatePool pool) {
    int bits = agreed.maxWindowBits(sender);
    if (agreed.noContextTakeover(sender)) {
      return new StatelessDeflater(bits, level, pool);
    }
    return bits == DeflateParameters.MAX_WINDOW_BITS
        ? new ContextDeflater(level, pool)
        : new WindowedContextDeflater(bits, level, pool);
  }

  /**
   * A message by itself, which any peer can inflate whose window has that many bits, whatever was
   * sent before. Where context is taken over, the connection's own compressor must {@link
   * #startAfresh} right after. For any thread.
   */
  static byte[] alone(byte[] message, int windowBits, int level, DeflatePool pool) {
    return new StatelessDeflater(windowBits, level, pool).deflate(message);
  }

  /**
   * A message compressed, to be sent with RSV1 on its first frame, and next of all: what comes
   * after may refer to it. May be larger than the message.
   */
  byte[] deflate(byte[] message);

  /**
   * The next message refers to nothing before it. Needed after a message that {@link #deflate} has
   * not seen was sent compressed, and after one that it has seen was not sent.
   */
  void startAfresh();

  /** Gives up what it holds; it isn't used after that. Closing twice does nothing. */
  @Override
  void close();
}
