package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the gateway knows it: weakly, and with its seats, which its own monitor guards.
 * No event loop takes that.
 */
final class Member extends WeakReference<Link> {
  private static final Subscription BROADCASTS = Subscription.to("(broadcast)");

  final String id;
  final Branch branch;
  final Deflation.@Nullable Form form; // how it has messages compressed
  final Seat seat; // among all that the branch knows

  // guarded by the monitor
  private @Nullable Map<String, Seat> byTopic; // null until there is one
  private @Nullable Map<String, Seat> byPattern; // the same
  private @Nullable List<Seat> last; // what it had when it began to be taken out; null before
  int givenUp; // how many of these it has given up
  boolean isTold; // hooks hear that they have ended

  // the lane's
  long excludedFrom; // the run that it must not hear in whole, since it said some of it
  long heard; // the run that it has heard by another subscription
  private long waitingBytes;
  private boolean isReleased;
  private volatile long drops;

  Member(String id, Link link, Branch branch, ReferenceQueue<Link> forgotten) {
    super(link, forgotten);
    this.id = id;
    this.branch = branch;
    this.seat = new Seat(this, branch.everyone(), BROADCASTS);
    Deflation deflation = link.deflation();
    this.form = deflation == null ? null : deflation.form();
  }

  // ---- under its monitor ----

  /** Where it sits by a subscription of the same name, or pattern. */
  @Nullable Seat seat(Subscription subscription) {
    return find(subscription.isPattern() ? byPattern : byTopic, subscription.name());
  }

  private static @Nullable Seat find(@Nullable Map<String, Seat> seats, String name) {
    return seats == null ? null : seats.get(name);
  }

  void sit(Seat its) {
    String name = its.subscription.name();
    if (its.subscription.isPattern()) {
      byPattern = with(byPattern, name, its);
    } else {
      byTopic = with(byTopic, name, its);
    }
  }

  private static Map<String, Seat> with(@Nullable Map<String, Seat> seats, String name, Seat its) {
    Map<String, Seat> known = seats == null ? new HashMap<>(2) : seats;
    known.put(name, its);
    return known;
  }

  /** The seats that it has by a name, and by a pattern that looks the same. */
  List<Seat> seats(String name) {
    return Stream.of(find(byTopic, name), find(byPattern, name)).filter(Objects::nonNull).toList();
  }

  /** A seat was given up. */
  void stand(Seat its) {
    Map<String, Seat> seats = its.subscription.isPattern() ? byPattern : byTopic;
    if (seats != null) {
      seats.remove(its.subscription.name(), its);
    }
  }

  /** Whether it is being taken out: it sits down no more. */
  boolean isOut() {
    return last != null;
  }

  /** Begins to take it out, if nobody has; the seats that it had then. */
  List<Seat> last() {
    List<Seat> its = last;
    if (its == null) {
      its =
          Stream.of(byTopic, byPattern)
              .filter(Objects::nonNull)
              .flatMap(seats -> seats.values().stream())
              .toList();
      last = its;
    }
    return its;
  }

  // ---- the lane ----

  /** Whom to deliver to; null if it is out, or was collected. */
  @Nullable Link link() {
    return isReleased ? null : get();
  }

  /** So many bytes more wait, or fewer. */
  void waits(long change) {
    if (!isReleased) {
      boolean lagged = waitingBytes > 0;
      waitingBytes += change;
      branch.gateway().budget().add(change);
      if (lagged != waitingBytes > 0) {
        branch.lags(this, waitingBytes > 0);
      }
    }
  }

  long waitingBytes() {
    return waitingBytes;
  }

  /** It is out: what may still wait for it is counted no more. */
  void release() {
    waits(-waitingBytes);
    isReleased = true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // volatile for those who read it; the lane adds
  void dropped() {
    drops++;
  }

  /** Any thread. */
  long drops() {
    return drops;
  }
}
