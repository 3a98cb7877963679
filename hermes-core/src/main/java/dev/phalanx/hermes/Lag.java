package dev.phalanx.hermes;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits for one connection by one of its subscriptions, in order. Lane-confined. */
final class Lag {
  final Seat seat;
  private @Nullable Waiting first;
  private @Nullable Waiting last;
  private @Nullable Map<String, Waiting> byTopic; // null until there is one
  private @Nullable LatestByKey keys; // null until there is one
  private int messages; // whose keys are known, or don't matter
  private long bytes; // of these

  Lag(Seat seat) {
    this.seat = seat;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Whether one message waits, and no other that could take its place. */
  boolean isSingle() {
    return first != null && first == last;
  }

  /**
   * Which of the subscription's limits stands against so many bytes more; null if none does. What
   * waits for its key is not counted: it may turn out to replace another.
   */
  @Nullable String limit(int length) {
    Subscription its = seat.subscription;
    if (messages >= its.maxMessages()) {
      return "maxMessages (" + its.maxMessages() + ")";
    }
    return messages > 0 && bytes + length > its.maxBytes()
        ? "maxBytes (" + its.maxBytes() + " bytes)"
        : null;
  }

  /** Whether one that waits may become so many bytes longer. */
  boolean hasRoomToGrow(int change) {
    return messages == 1 || bytes + change <= seat.subscription.maxBytes();
  }

  /** What waits of a topic, where that is the key; null if nothing does. */
  @Nullable Waiting keyed(String topic) {
    return byTopic == null ? null : byTopic.get(topic);
  }

  /** What finds the keys of messages. */
  LatestByKey keys(Backlog backlog) {
    LatestByKey its = keys;
    if (its == null) {
      its = new LatestByKey(this, backlog);
      keys = its;
    }
    return its;
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

  /** The oldest message whose key is still to be found; null if there is none. */
  @Nullable Waiting oldestUnkeyed() {
    Waiting oldest = first;
    while (oldest != null && !oldest.isUnkeyed()) {
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
      count(waiting, 1);
      if (waiting.key != null) {
        byTopic().put(waiting.key, waiting);
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
      count(waiting, -1);
      if (waiting.key != null) {
        byTopic().remove(waiting.key, waiting);
      }
    }
  }

  /** One was replaced by another, so many bytes longer. */
  void grow(int change) {
    bytes += change;
    seat.member.waits(change);
  }

  private void count(Waiting waiting, int change) {
    if (!waiting.isUnkeyed()) {
      messages += change;
      bytes += (long) change * waiting.length();
    }
    seat.member.waits((long) change * (waiting.length() + Waiting.OVERHEAD));
  }

  /** The key of one that waits was looked for. */
  void keyFound(Waiting waiting) {
    messages++;
    bytes += waiting.length();
  }

  private Map<String, Waiting> byTopic() {
    Map<String, Waiting> known = byTopic;
    if (known == null) {
      known = new HashMap<>();
      byTopic = known;
    }
    return known;
  }
}
