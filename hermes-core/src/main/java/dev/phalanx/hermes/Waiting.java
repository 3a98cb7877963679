package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import org.jspecify.annotations.Nullable;

/** A frame in a {@link Backlog}, or a gap where some were dropped. Lane-confined. */
final class Waiting {
  /** What one weighs besides its bytes, in budgets. */
  static final int OVERHEAD = 64;

  /** Null in a gap, until somebody has put it into words. */
  @Nullable EncodedFrame frame;

  final @Nullable Lag lag; // of the subscription by which it came; null if it was sent
  final @Nullable Object key;
  final boolean isGap;
  int missing; // messages that were dropped here
  boolean isSaid; // the gap is being put into words: it grows no more
  boolean isOut;

  // in the order of all
  @Nullable Waiting before;
  @Nullable Waiting after;

  // in the order of those of one subscription
  @Nullable Waiting earlier;
  @Nullable Waiting later;

  private Waiting(
      @Nullable EncodedFrame frame, @Nullable Lag lag, @Nullable Object key, boolean isGap) {
    this.frame = frame;
    this.lag = lag;
    this.key = key;
    this.isGap = isGap;
  }

  static Waiting sent(EncodedFrame frame) {
    return new Waiting(frame, null, null, false);
  }

  static Waiting published(EncodedFrame frame, Lag lag, @Nullable Object key) {
    return new Waiting(frame, lag, key, false);
  }

  static Waiting gap(Lag lag) {
    return new Waiting(null, lag, null, true);
  }

  boolean isOpenGap() {
    return isGap && !isSaid;
  }

  int length() {
    EncodedFrame its = frame;
    return its == null ? 0 : its.length();
  }
}
