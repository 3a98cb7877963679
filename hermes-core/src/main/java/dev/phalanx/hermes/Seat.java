package dev.phalanx.hermes;

/** A member's place among the subscribers of a topic. Its {@link #place} is the lane's. */
final class Seat {
  final Member member;
  final Roster roster;
  int place; // in the roster

  Seat(Member member, Roster roster) {
    this.member = member;
    this.roster = roster;
  }
}
