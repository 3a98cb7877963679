package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages that a peer has compressed (RFC 7692 §7.2.2), as they arrive, and never
 * beyond a limit on what comes out. Any window fits into its own, of 15 bits.
 *
 * <p>It takes an inflater when the first byte of a message comes. Where the sender takes over no
 * context it gives it back when the message is complete, else when it is closed.
 *
 * <p>After a block that calls itself final (§7.2.3.5) the stream goes on with an empty window, as
 * with a sender whose deflater has finished and begins again.
 *
 * <p>A message that ends inside a block is corrupt: what follows would be read as part of that
 * block. {@link Inflater} doesn't say where it stands, but the tail must give no output, and the
 * blocks that follow it here mean nothing only to an inflater that stands between two blocks. In a
 * block with codes, or with bytes to copy, they give output or a fault.
 */
final class MessageInflater {
  /** What became of compressed payload. */
  enum Outcome {
    FITS,
    TOO_BIG,
    CORRUPT
  }

  /** What an inflater occupies. */
  private static final int INFLATER_BYTES = 42 << 10;

  /** §7.2.2: what the sender has taken off its message. */
  private static final byte[] TAIL = {0, 0, -1, -1};

  /**
   * The same and an empty final block, where no context follows: from anywhere else than between
   * two blocks, its 16 bits don't lead to the end of a final block.
   */
  private static final byte[] TAIL_AND_END = {0, 0, -1, -1, 3, 0};

  /**
   * The same and empty blocks without compression, which leave the context as it is. They are 300
   * bytes, more than the longest header of a block (RFC 1951 §3.2.7), which gives no output either.
   * That costs 0.7 µs for each message.
   */
  private static final byte[] TAIL_AND_EMPTY_BLOCKS = tailAndEmptyBlocks(60);

  private final DeflatePool pool;
  private final boolean keepsContext;
  private @Nullable Inflater inflater;
  private boolean isBegun;

  MessageInflater(DeflatePool pool, boolean keepsContext) {
    this.pool = pool;
    this.keepsContext = keepsContext;
  }

  /** Inflates a piece of a message, all of it unless the outcome is bad. */
  Outcome inflate(byte[] piece, PayloadBuffer to, int limit) {
    if (piece.length == 0) {
      return Outcome.FITS;
    }
    isBegun = true;
    return inflate(inflater(), piece, to, limit);
  }

  /** Bytes of native memory that an unfinished message occupies. */
  int held() {
    return isBegun ? INFLATER_BYTES : 0;
  }

  /** The message is complete. */
  Outcome finish() {
    Outcome outcome = isBegun ? inflateTail(inflater()) : Outcome.FITS;
    isBegun = false;
    if (!keepsContext) {
      close();
    }
    return outcome;
  }

  private Outcome inflateTail(Inflater held) {
    if (held.finished()) {
      return Outcome.FITS; // it ended with a final block, and what would follow was left out
    }
    held.setInput(keepsContext ? TAIL_AND_EMPTY_BLOCKS : TAIL_AND_END);
    try {
      boolean isUnderstood =
          held.inflate(new byte[1]) == 0
              && held.getRemaining() == 0
              && held.finished() != keepsContext;
      return isUnderstood ? Outcome.FITS : Outcome.CORRUPT;
    } catch (DataFormatException e) {
      return Outcome.CORRUPT;
    }
  }

  private static byte[] tailAndEmptyBlocks(int blocks) {
    ByteBuffer all = ByteBuffer.allocate(TAIL.length + 5 * blocks).put(TAIL);
    for (int i = 0; i < blocks; i++) {
      all.put((byte) 0).put(TAIL);
    }
    return all.array();
  }

  private static Outcome inflate(Inflater held, byte[] piece, PayloadBuffer to, int limit) {
    if (held.finished()) {
      held.reset();
    }
    held.setInput(piece);
    try {
      while (inflateSome(held, to, limit) || goOnAfterEnd(held, piece)) {
        if (to.size() > limit) {
          return Outcome.TOO_BIG;
        }
      }
      return Outcome.FITS;
    } catch (DataFormatException e) { // beyond the limit it may be seen, or not: it is late
      return to.size() > limit ? Outcome.TOO_BIG : Outcome.CORRUPT;
    }
  }

  /** False if nothing came out. One byte too many may, to show that there is more. */
  private static boolean inflateSome(Inflater held, PayloadBuffer to, int limit)
      throws DataFormatException {
    return to.readFrom(held, limit + 1) > 0;
  }

  private static boolean goOnAfterEnd(Inflater held, byte[] piece) {
    int left = held.getRemaining();
    if (!held.finished() || left == 0) {
      return false;
    }
    held.reset();
    held.setInput(piece, piece.length - left, left);
    return true;
  }

  private Inflater inflater() {
    Inflater held = inflater;
    if (held == null) {
      held = pool.takeInflater();
      inflater = held;
    }
    return held;
  }

  /** Gives up what it holds; it isn't used after that. */
  void close() {
    Inflater held = inflater;
    if (held != null) {
      inflater = null;
      pool.giveBack(held);
    }
  }
}
