package dev.phalanx.hermes;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits for one connection by one of its subscriptions, in order. Lane-confined. */
final class Lag {
  final Seat seat;
  private @Nullable Waiting first;
  private @Nullable Waiting last;
  private @Nullable Map<Object, Waiting> byKey; // null until there is one
  private int messages;
  private long bytes;

  Lag(Seat seat) {
    this.seat = seat;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Which of the subscription's limits stands against so many bytes more; null if none does. */
  @Nullable String limit(int length) {
    Subscription its = seat.subscription;
    if (messages >= its.maxMessages()) {
      return "maxMessages (" + its.maxMessages() + ")";
    }
    return messages > 0 && bytes + length > its.maxBytes()
        ? "maxBytes (" + its.maxBytes() + " bytes)"
        : null;
  }

  /** What waits with a key, if something does. */
  @Nullable Waiting keyed(Object key) {
    return byKey == null ? null : byKey.get(key);
  }

  @Nullable Waiting last() {
    return last;
  }

  /** The oldest message; null if none waits. */
  @Nullable Waiting oldest() {
    Waiting oldest = first;
    while (oldest != null && oldest.isGap) {
      oldest = oldest.later;
    }
    return oldest;
  }

  /** The newest message; null if none waits. */
  @Nullable Waiting newest() {
    Waiting newest = last;
    while (newest != null && newest.isGap) {
      newest = newest.earlier;
    }
    return newest;
  }

  void add(Waiting waiting) {
    insert(waiting, null);
  }

  /** Puts one in before another; at the end, if that is null. */
  void insert(Waiting waiting, @Nullable Waiting later) {
    Waiting earlier = later == null ? last : later.earlier;
    waiting.earlier = earlier;
    waiting.later = later;
    if (earlier == null) {
      first = waiting;
    } else {
      earlier.later = waiting;
    }
    if (later == null) {
      last = waiting;
    } else {
      later.earlier = waiting;
    }
    if (!waiting.isGap) {
      count(1, waiting.length());
      if (waiting.key != null) {
        byKey().put(waiting.key, waiting);
      }
    }
  }

  void remove(Waiting waiting) {
    if (waiting.earlier == null) {
      first = waiting.later;
    } else {
      waiting.earlier.later = waiting.later;
    }
    if (waiting.later == null) {
      last = waiting.earlier;
    } else {
      waiting.later.earlier = waiting.earlier;
    }
    if (!waiting.isGap) {
      count(-1, -waiting.length());
      if (waiting.key != null) {
        byKey().remove(waiting.key, waiting);
      }
    }
  }

  /** One was replaced by another, so many bytes longer. */
  void grow(int change) {
    bytes += change;
    seat.member.waits(change);
  }

  private void count(int messageChange, int byteChange) {
    messages += messageChange;
    bytes += byteChange;
    seat.member.waits(byteChange + (long) messageChange * Waiting.OVERHEAD);
  }

  private Map<Object, Waiting> byKey() {
    Map<Object, Waiting> known = byKey;
    if (known == null) {
      known = new HashMap<>();
      byKey = known;
    }
    return known;
  }
}
