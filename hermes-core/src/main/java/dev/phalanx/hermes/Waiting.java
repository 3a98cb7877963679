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
  final @Nullable String key; // its topic, where that is the key
  @Nullable WsMessage unkeyed; // while a virtual thread is still to find its key; else null
  @Nullable Waiting into; // whose place it has taken, where it replaced another
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
      @Nullable EncodedFrame frame, @Nullable Lag lag, @Nullable String key, boolean isGap) {
    this.frame = frame;
    this.lag = lag;
    this.key = key;
    this.isGap = isGap;
  }

  static Waiting sent(EncodedFrame frame) {
    return new Waiting(frame, null, null, false);
  }

  static Waiting published(EncodedFrame frame, Lag lag, @Nullable String key) {
    return new Waiting(frame, lag, key, false);
  }

  /** One whose key is still to be found. */
  static Waiting unkeyed(EncodedFrame frame, Lag lag, WsMessage message) {
    Waiting waiting = new Waiting(frame, lag, null, false);
    waiting.unkeyed = message;
    return waiting;
  }

  boolean isUnkeyed() {
    return unkeyed != null;
  }

  /** The place where its message waits, or waited. */
  Waiting place() {
    Waiting place = this;
    while (place.into != null) {
      place = place.into;
    }
    return place;
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
