package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was published and waits for one connection, with what was sent to it before: in order, and
 * so that the messages of a subscription can be dropped or replaced as its policy wants. It exists
 * while something waits. Lane-confined.
 */
final class Backlog {
  private final Hearing hearing;
  private final Outbound outbound;
  private final WsConfig config;
  private @Nullable Waiting first;
  private @Nullable Waiting last;
  private int messages; // that were published, with those that wait for their keys
  private int unkeyedMessages; // that wait for their keys
  private long unkeyedBytes; // of these
  private @Nullable List<LatestByKey> toBeKeyed; // which have some of these; null for none

  Backlog(Hearing hearing, Outbound outbound, WsConfig config) {
    this.hearing = hearing;
    this.outbound = outbound;
    this.config = config;
  }

  boolean isEmpty() {
    return first == null;
  }

  // ---- in ----

  /** Queues a message; or finds no room for it, and does what the policy says. */
  void offer(Seat seat, Publication publication, EncodedFrame frame) {
    outbound.takeSent(sent -> append(Waiting.sent(sent)));
    Lag lag = seat.lag();
    SlowPolicy policy = seat.subscription.whenSlow();
    if (policy instanceof SlowPolicy.KeepLatest latest && latest.key() != null) {
      offerUnkeyed(lag, publication, frame);
      return;
    }
    String topic = policy instanceof SlowPolicy.KeepLatest ? publication.topic() : null;
    Waiting older = topic == null ? null : lag.keyed(topic);
    if (older != null && isReplaced(older, frame)) {
      return;
    }
    String limit;
    while ((limit = limitOrBudget(lag, frame.length())) != null) {
      if (!makesRoom(lag, policy, limit)) {
        seat.endLag();
        return;
      }
    }
    queue(Waiting.published(frame, lag, topic));
  }

  /**
   * Queues a message whose key is still to be found. Until then it may turn out to replace another:
   * so there is room for such messages besides that for the others, and as much again.
   */
  private void offerUnkeyed(Lag lag, Publication publication, EncodedFrame frame) {
    while (!hasRoomForUnkeyed(lag, frame.length())) {
      Waiting oldest = lag.oldestUnkeyed();
      if (oldest == null) {
        oldest = lag.oldest();
      }
      if (oldest == null) {
        lag.seat.dropped();
        lag.seat.endLag();
        return;
      }
      drop(oldest);
    }
    Waiting waiting = Waiting.unkeyed(frame, lag, publication.message());
    LatestByKey keys = lag.keys(this);
    if (keys.add(waiting)) {
      toBeKeyed().add(keys);
    }
    unkeyedMessages++;
    unkeyedBytes += frame.length();
    queue(waiting);
  }

  private boolean hasRoomForUnkeyed(Lag lag, int length) {
    return unkeyedMessages < config.outboundMessages()
        && unkeyedBytes <= Math.max(0, (long) config.outboundBytes() - length)
        && budgetLimit(lag, length) == null;
  }

  private List<LatestByKey> toBeKeyed() {
    List<LatestByKey> known = toBeKeyed;
    if (known == null) {
      known = new ArrayList<>(1);
      toBeKeyed = known;
    }
    return known;
  }

  private void queue(Waiting waiting) {
    outbound.adjust(waiting.length());
    append(waiting);
  }

  private boolean isReplaced(Waiting older, EncodedFrame frame) {
    Lag lag = older.lag;
    int change = frame.length() - older.length();
    if (lag == null || !hasRoomToGrow(lag, change)) {
      return false; // it is too large for that place, and goes to the end
    }
    older.frame = frame;
    lag.grow(change);
    outbound.adjust(change);
    lag.seat.dropped();
    return true;
  }

  /** Which limit stands against so many bytes more; null if none does. */
  private @Nullable String limit(Lag lag, int length) {
    String own = lag.limit(length);
    if (own != null) {
      return own;
    }
    if (messages - unkeyedMessages >= config.outboundMessages()) {
      return "outboundMessages (" + config.outboundMessages() + ")";
    }
    long most = Math.max(0, (long) config.outboundBytes() - length);
    return outbound.waitingBytes() - unkeyedBytes > most
        ? "outboundBytes (" + config.outboundBytes() + " bytes)"
        : null;
  }

  /** The same, and what the gateway allows in all. */
  private @Nullable String limitOrBudget(Lag lag, int length) {
    String limit = limit(lag, length);
    return limit == null ? budgetLimit(lag, length) : limit;
  }

  private static @Nullable String budgetLimit(Lag lag, int length) {
    return lag.seat.member.branch.gateway().budget().limit(length + Waiting.OVERHEAD);
  }

  /** Whether it may be worth trying again. */
  private boolean makesRoom(Lag lag, SlowPolicy policy, String limit) {
    Waiting oldest = lag.oldest();
    boolean dropsOldest =
        policy instanceof SlowPolicy.DropOldest || policy instanceof SlowPolicy.KeepLatest;
    if (dropsOldest && oldest != null) {
      drop(oldest);
      return true;
    }
    lag.seat.dropped();
    if (policy instanceof SlowPolicy.Disconnect disconnect) {
      hearing.disconnect(lag.seat, disconnect.close(limit));
    } else if (lag.seat.subscription.gap() != null) {
      gapAt(lag, null).missing++;
    }
    return false;
  }

  private void append(Waiting waiting) {
    insert(waiting, null);
    Lag lag = waiting.lag;
    if (lag != null) {
      lag.add(waiting);
      lag.seat.keep(lag); // it may have run empty to make room
      messages++;
    }
  }

  // ---- out ----

  /** Takes the next frame out; null if there is none, or not yet. */
  @Nullable EncodedFrame poll() {
    Waiting next = first;
    if (next == null) {
      return null;
    }
    if (next.isGap && next.frame == null) {
      if (!next.isSaid && next.lag != null) {
        next.isSaid = true;
        hearing.say(next, next.lag.seat.subscription);
      }
      return null; // what follows waits for it
    }
    remove(next);
    return next.frame;
  }

  /** A gap was put into words, or there are none for it. */
  void said(Waiting gap, @Nullable EncodedFrame words) {
    if (gap.isOut) {
      return;
    }
    if (words == null) {
      remove(gap);
    } else {
      gap.frame = words;
      outbound.adjust(words.length());
    }
  }

  // ---- keys ----

  /** Has keys found for what still waits: the turn is over. */
  void findKeys() {
    List<LatestByKey> all = toBeKeyed;
    if (all != null) {
      toBeKeyed = null;
      all.forEach(keys -> hearing.find(keys));
    }
  }

  /**
   * The key of a message was looked for: the message takes the place of an older one, if that still
   * waits; or it stays, if there is room for it among those whose keys are known.
   */
  void keyFound(Waiting waiting, @Nullable Waiting older) {
    Lag lag = waiting.lag;
    if (waiting.isOut || lag == null) {
      return;
    }
    Waiting place = older == null ? waiting : older.place();
    if (place != waiting && !place.isOut && hasRoomToGrow(lag, waiting.length() - place.length())) {
      replace(place, waiting);
      return;
    }
    while (limit(lag, waiting.length()) != null) {
      Waiting oldest = lag.oldest();
      if (oldest == null || oldest.isUnkeyed()) {
        drop(waiting);
        return;
      }
      drop(oldest);
    }
    settle(waiting);
    lag.keyFound(waiting);
  }

  /** Whether one that waits may be replaced by another, so many bytes longer. */
  private boolean hasRoomToGrow(Lag lag, int change) {
    return change <= 0
        || (lag.hasRoomToGrow(change)
            && outbound.waitingBytes() - unkeyedBytes <= config.outboundBytes() - (long) change
            && budgetLimit(lag, change) == null);
  }

  private void replace(Waiting place, Waiting newer) {
    Lag lag = Objects.requireNonNull(place.lag);
    int before = place.length();
    outbound.adjust(-before);
    remove(newer);
    newer.into = place;
    place.frame = newer.frame;
    lag.grow(newer.length() - before);
    lag.seat.dropped();
  }

  /** It is not among those any more that wait for their keys. */
  private void settle(Waiting waiting) {
    if (waiting.isUnkeyed()) {
      unkeyedMessages--;
      unkeyedBytes -= waiting.length();
      waiting.unkeyed = null;
    }
  }

  // ---- dropped ----

  /** Drops what came by a member's subscriptions, until no more than so many bytes wait for it. */
  void shed(Member member, long most) {
    Waiting waiting = first;
    while (waiting != null && member.waitingBytes() > most) {
      Waiting next = waiting.after;
      Lag lag = waiting.lag;
      if (lag != null && lag.seat.member == member && !waiting.isGap) {
        switch (lag.seat.subscription.whenSlow()) {
          case SlowPolicy.Disconnect disconnect -> {
            hearing.disconnect(lag.seat, disconnect.close(Budget.SETTING));
            dropAll(member);
            return;
          }
          case SlowPolicy.DropNewest newest -> {
            Waiting youngest = lag.newest();
            if (youngest != null && youngest != waiting) {
              drop(youngest);
              next = waiting; // as long as there are younger ones
            } else {
              drop(waiting);
            }
          }
          case SlowPolicy.DropOldest oldest -> drop(waiting);
          case SlowPolicy.KeepLatest latest -> drop(waiting);
        }
      }
      waiting = next;
    }
  }

  private void dropAll(Member member) {
    for (Waiting waiting = first; waiting != null; waiting = waiting.after) {
      Lag lag = waiting.lag;
      if (lag != null && lag.seat.member == member) {
        if (!waiting.isGap) {
          lag.seat.dropped();
        }
        outbound.adjust(-waiting.length());
        remove(waiting);
      }
    }
  }

  private void drop(Waiting waiting) {
    Lag lag = waiting.lag;
    if (lag == null) {
      return;
    }
    lag.seat.dropped();
    if (lag.seat.subscription.gap() != null) {
      gapAt(lag, waiting).missing++;
    }
    outbound.adjust(-waiting.length());
    remove(waiting);
  }

  /** The gap right before or after a message, or at the end; a new one, if there is none. */
  private Waiting gapAt(Lag lag, @Nullable Waiting dropped) {
    Waiting earlier = dropped == null ? lag.last() : dropped.earlier;
    if (earlier != null && earlier.isOpenGap()) {
      return earlier;
    }
    if (dropped != null && dropped.later != null && dropped.later.isOpenGap()) {
      return dropped.later;
    }
    Waiting gap = Waiting.gap(lag);
    insert(gap, dropped);
    lag.insert(gap, dropped);
    messages++;
    return gap;
  }

  /** Forgets everything: the connection has gone. */
  void clear() {
    for (Waiting waiting = first; waiting != null; waiting = waiting.after) {
      remove(waiting);
    }
  }

  // ---- the list ----

  private void insert(Waiting waiting, @Nullable Waiting after) {
    Waiting before = after == null ? last : after.before;
    waiting.before = before;
    waiting.after = after;
    if (before == null) {
      first = waiting;
    } else {
      before.after = waiting;
    }
    if (after == null) {
      last = waiting;
    } else {
      after.before = waiting;
    }
  }

  private void remove(Waiting waiting) {
    if (waiting.before == null) {
      first = waiting.after;
    } else {
      waiting.before.after = waiting.after;
    }
    if (waiting.after == null) {
      last = waiting.before;
    } else {
      waiting.after.before = waiting.before;
    }
    waiting.isOut = true;
    Lag lag = waiting.lag;
    if (lag != null) {
      messages--;
      lag.remove(waiting);
      settle(waiting);
      if (lag.isEmpty()) {
        lag.seat.endLag();
      }
    }
  }
}
