package dev.phalanx.rfc6455;

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
 */
final class MessageInflater {
  /** What became of compressed payload. */
  enum Outcome {
    FITS,
    TOO_BIG,
    CORRUPT
  }

  /** §7.2.2: what the sender has taken off its message. */
  private static final byte[] TAIL = {0, 0, -1, -1};

  /**
   * The same and an empty final block: where no context follows, the message must end between two
   * blocks, or this would not be understood.
   */
  private static final byte[] TAIL_AND_END = {0, 0, -1, -1, 3, 0};

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

  /** The message is complete. */
  Outcome finish(PayloadBuffer to, int limit) {
    Outcome outcome = isBegun ? inflateTail(inflater(), to, limit) : Outcome.FITS;
    isBegun = false;
    if (!keepsContext) {
      close();
    }
    return outcome;
  }

  private Outcome inflateTail(Inflater held, PayloadBuffer to, int limit) {
    if (held.finished()) {
      return Outcome.FITS; // it ended with a final block, and what would follow was left out
    }
    if (keepsContext) {
      return inflate(held, TAIL, to, limit);
    }
    Outcome outcome = inflate(held, TAIL_AND_END, to, limit);
    return outcome == Outcome.FITS && !held.finished() ? Outcome.CORRUPT : outcome;
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
