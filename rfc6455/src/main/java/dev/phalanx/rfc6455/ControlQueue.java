package dev.phalanx.rfc6455;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Control frames that wait to be sent, in order. Pongs are bounded, for it is the peer who causes
 * them: beyond {@link #MAX_PONGS} the oldest goes, since the most recent Ping is the one that must
 * be answered (RFC 6455 §5.5.3).
 */
final class ControlQueue {
  static final int MAX_PONGS = 64;

  private final ArrayDeque<EncodedFrame> frames = new ArrayDeque<>(2);
  private int pongs;

  void add(EncodedFrame frame) {
    frames.add(frame);
  }

  /** Returns whether an older Pong had to go for this one. */
  boolean addPong(EncodedFrame pong) {
    boolean isFull = pongs == MAX_PONGS;
    if (isFull) {
      removeOldestPong();
    }
    frames.add(pong);
    pongs++;
    return isFull;
  }

  private void removeOldestPong() {
    Iterator<EncodedFrame> oldest = frames.iterator();
    while (!oldest.next().isPong()) {
      // A Ping of ours stays.
    }
    oldest.remove();
    pongs--;
  }

  @Nullable EncodedFrame poll() {
    EncodedFrame next = frames.poll();
    if (next != null && next.isPong()) {
      pongs--;
    }
    return next;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }
}
