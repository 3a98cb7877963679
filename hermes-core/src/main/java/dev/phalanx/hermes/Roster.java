package dev.phalanx.hermes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one topic, or pattern, on one lane. Who they are, only the lane knows; how
 * many they are, and what they need, is known at once to whoever publishes.
 */
final class Roster {
  private static final @Nullable Seat[] NOBODY = {};
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(Roster.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final String name; // or pattern
  final Branch branch;

  /** The same topic's on another lane; changed under the topic's entry. */
  volatile @Nullable Roster next;

  private volatile int count;
  private volatile Map<Demand, Integer> demands = Map.of(); // replaced
  private @Nullable Seat first; // of a list, for those who count; guarded by this

  // the lane's
  private @Nullable Seat[] seats = NOBODY;
  private int size;
  private volatile long drops;

  Roster(String name, Branch branch, @Nullable Roster next) {
    this.name = name;
    this.branch = branch;
    this.next = next;
  }

  // ---- any thread ----

  int count() {
    return count;
  }

  /** One more has subscribed. Under the topic's entry, if it is a topic's. */
  void enter(List<Demand> its) {
    COUNT.getAndAdd(this, 1);
    change(its, 1);
  }

  /**
   * One has left. Under the topic's entry, if it is a topic's.
   *
   * @return whether nobody is left
   */
  boolean exit(List<Demand> its) {
    change(its, -1);
    return (int) COUNT.getAndAdd(this, -1) == 1;
  }

  private void change(List<Demand> its, int by) {
    if (!its.isEmpty()) {
      synchronized (this) {
        Map<Demand, Integer> changed = new HashMap<>(demands);
        for (Demand demand : its) {
          if (changed.merge(demand, by, Integer::sum) == 0) {
            changed.remove(demand);
          }
        }
        demands = Map.copyOf(changed);
      }
    }
  }

  /** A subscription has begun: its member is among {@link #members()}. */
  synchronized void list(Seat seat) {
    Seat second = first;
    seat.after = second;
    if (second != null) {
      second.before = seat;
    }
    first = seat;
  }

  /** A subscription has ended. */
  synchronized void unlist(Seat seat) {
    if (seat.before == null) {
      first = seat.after;
    } else {
      seat.before.after = seat.after;
    }
    if (seat.after != null) {
      seat.after.before = seat.before;
    }
  }

  /** Who has subscribed. */
  synchronized List<Member> members() {
    List<Member> members = new ArrayList<>(count);
    for (Seat seat = first; seat != null; seat = seat.after) {
      members.add(seat.member);
    }
    return members;
  }

  /** Has done to a message what its subscribers need. The publisher's thread. */
  void prepare(Publication publication) {
    Map<Demand, Integer> all = demands;
    if (!all.isEmpty()) {
      all.keySet().forEach(demand -> demand.meet(publication));
    }
  }

  /** How many messages were dropped for its subscribers. */
  long drops() {
    return drops;
  }

  // ---- the lane ----

  void add(Seat seat) {
    if (size == seats.length) {
      seats = Arrays.copyOf(seats, size == 0 ? 1 : size + (size >> 1) + 1);
    }
    seat.place = size;
    seats[size++] = seat;
  }

  void remove(Seat seat) {
    Seat last = seat(--size);
    seats[seat.place] = last;
    last.place = seat.place;
    seats[size] = null;
    if (size < seats.length >> 2) {
      seats = Arrays.copyOf(seats, size);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // volatile for those who read it; the lane adds
  void dropped() {
    drops++;
  }

  int size() {
    return size;
  }

  Seat seat(int place) {
    return Objects.requireNonNull(seats[place]);
  }
}
