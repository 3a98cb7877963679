package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the gateway knows it: weakly, and with its seats. Its own monitor guards these
 * until it is out; then they are the lane's.
 */
final class Member extends WeakReference<Link> {
  private static final Subscription BROADCASTS = Subscription.to("(broadcast)");

  final String id;
  final Branch branch;
  final Deflation.@Nullable Form form; // how it has messages compressed
  final Seat seat; // among all that the branch knows
  boolean isOut;
  private @Nullable Map<String, Seat> byTopic; // null until there is one
  private @Nullable Map<String, Seat> byPattern; // the same

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

  /** Gives up what it has by a name, or by a pattern. */
  List<Seat> leave(String name) {
    List<Seat> left = new ArrayList<>(1);
    for (Map<String, Seat> seats : all()) {
      Seat seat = seats.remove(name);
      if (seat != null) {
        left.add(seat);
      }
    }
    return left;
  }

  List<Seat> seats() {
    List<Seat> seats = new ArrayList<>();
    all().forEach(some -> seats.addAll(some.values()));
    return seats;
  }

  private List<Map<String, Seat>> all() {
    return Stream.of(byTopic, byPattern).filter(Objects::nonNull).toList();
  }

  /** Among how many of these subscribers it is. Takes the monitor. */
  synchronized int count(List<Roster> rosters) {
    int count = 0;
    for (Roster roster : rosters) {
      if (roster.branch == branch && sitsIn(roster)) {
        count++;
      }
    }
    return count;
  }

  private boolean sitsIn(Roster roster) {
    Seat topic = find(byTopic, roster.name);
    Seat pattern = find(byPattern, roster.name);
    return (topic != null && topic.roster == roster)
        || (pattern != null && pattern.roster == roster);
  }

  // ---- the lane ----

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
