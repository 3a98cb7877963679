package dev.phalanx.hermes;

import org.jspecify.annotations.Nullable;

/** A member's place among the subscribers of a topic or pattern. */
final class Seat {
  /** The place of a seat that is in no roster. */
  static final int NOWHERE = -1;

  final Member member;
  final Roster roster;

  /** Replaced under the member's monitor. */
  volatile Subscription subscription;

  /** Whether the roster counts this seat. Written under the member's monitor. */
  volatile boolean isSeated;

  // under the member's monitor: what hooks have heard of it
  private boolean isAnnounced;
  private boolean hasEnded;

  // the lane's
  int place = NOWHERE; // in the roster
  private @Nullable Lag lag; // null while nothing waits

  Seat(Member member, Roster roster, Subscription subscription) {
    this.member = member;
    this.roster = roster;
    this.subscription = subscription;
  }

  /**
   * Hooks have heard that it began; whether it has ended, so that they must hear that, too. Takes
   * the member's monitor.
   */
  boolean announced() {
    synchronized (member) {
      isAnnounced = true;
      return hasEnded;
    }
  }

  /**
   * It has ended; whether hooks have heard that it began. If they haven't, who began it tells both,
   * one after the other. Under the member's monitor.
   */
  boolean ended() {
    hasEnded = true;
    return isAnnounced;
  }

  /** What waits by this subscription. Lane. */
  Lag lag() {
    Lag its = lag;
    if (its == null) {
      its = new Lag(this);
      lag = its;
    }
    return its;
  }

  /** Something waits. Lane. */
  void keep(Lag its) {
    lag = its;
  }

  /** Nothing waits any more, perhaps. Lane. */
  void endLag() {
    if (lag != null && lag.isEmpty()) {
      lag = null;
    }
  }

  /** A message was dropped. Lane. */
  void dropped() {
    roster.dropped();
    member.dropped();
    member.branch.gateway().dropped();
  }
}
