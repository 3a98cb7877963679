package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the gateway knows it: weakly, and with its seats. Its own monitor guards these
 * until it is out; then they are the lane's.
 */
final class Member extends WeakReference<Link> {
  final String id;
  final Branch branch;

  /** Among all the branch knows. */
  final Seat seat;

  final Deflation.@Nullable Form form; // how it has messages compressed

  boolean isOut;
  private @Nullable Map<String, Seat> topics; // null until there is one

  /** The run that it must not hear in whole, since it said some of it. Lane. */
  long excludedFrom;

  Member(String id, Link link, Branch branch, ReferenceQueue<Link> forgotten) {
    super(link, forgotten);
    this.id = id;
    this.branch = branch;
    this.seat = new Seat(this, branch.everyone());
    Deflation deflation = link.deflation();
    this.form = deflation == null ? null : deflation.form();
  }

  @Nullable Seat topic(String name) {
    Map<String, Seat> known = topics;
    return known == null ? null : known.get(name);
  }

  void join(String name, Seat its) {
    Map<String, Seat> known = topics;
    if (known == null) {
      known = new HashMap<>(2);
      topics = known;
    }
    known.put(name, its);
  }

  @Nullable Seat leave(String name) {
    Map<String, Seat> known = topics;
    return known == null ? null : known.remove(name);
  }

  Collection<Seat> topics() {
    Map<String, Seat> known = topics;
    return known == null ? List.of() : known.values();
  }

  /** The topics by their names. */
  Map<String, Seat> seats() {
    Map<String, Seat> known = topics;
    return known == null ? Map.of() : known;
  }
}
