package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private @Nullable Map<String, Seat> seats; // by name or pattern; null until there is one

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

  @Nullable Seat seat(String name) {
    return seats().get(name);
  }

  void sit(String name, Seat its) {
    Map<String, Seat> known = seats;
    if (known == null) {
      known = new HashMap<>(2);
      seats = known;
    }
    known.put(name, its);
  }

  @Nullable Seat leave(String name) {
    Map<String, Seat> known = seats;
    return known == null ? null : known.remove(name);
  }

  Map<String, Seat> seats() {
    Map<String, Seat> known = seats;
    return known == null ? Map.of() : known;
  }

  /** By which it hears a topic: its name, and patterns of these. Takes the monitor. */
  synchronized List<String> sitsAt(String topic, List<Roster> found) {
    List<String> names = new ArrayList<>(1);
    if (seat(topic) != null) {
      names.add(topic);
    }
    for (Roster roster : found) {
      if (roster.branch == branch && seat(roster.name) != null && !roster.name.equals(topic)) {
        names.add(roster.name);
      }
    }
    return names;
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
