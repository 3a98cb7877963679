package dev.phalanx.hermes;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one topic, or pattern, on one lane. Who they are, only the lane knows; how
 * many they are, and how they have messages compressed, any publisher can see at once.
 */
final class Roster {
  private static final @Nullable Seat[] NOBODY = {};

  final Branch branch;

  /** The same topic's on another lane; changed under the topic's entry. */
  volatile @Nullable Roster next;

  private volatile int count; // written under the monitor
  private volatile Map<Deflation.Form, Integer> forms = Map.of(); // the same; replaced

  // the lane's
  private @Nullable Seat[] seats = NOBODY;
  private int size;
  private volatile long drops;

  Roster(Branch branch, @Nullable Roster next) {
    this.branch = branch;
    this.next = next;
  }

  // ---- any thread ----

  int count() {
    return count;
  }

  /**
   * Counts a subscriber, and leaves the branch the step that tells the lane. If an Error strikes
   * before the step is left, nothing has changed; after that nothing can fail. Under the topic's
   * entry, if the roster is a topic's.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the monitor alone
  synchronized void enter(Seat seat, Step join) {
    Map<Deflation.Form, Integer> changed = forms(seat.member.form, 1);
    branch.push(join);
    forms = changed;
    count++;
  }

  /**
   * Counts a subscriber no more; the same holds.
   *
   * @param leave what the branch is told now; null if another step tells the lane
   * @return whether nobody is left
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the monitor alone
  synchronized boolean exit(Seat seat, @Nullable Step leave) {
    Map<Deflation.Form, Integer> changed = forms(seat.member.form, -1);
    if (leave != null) {
      branch.push(leave);
    }
    forms = changed;
    count--;
    seat.isSeated = false;
    return count == 0;
  }

  private Map<Deflation.Form, Integer> forms(Deflation.@Nullable Form form, int change) {
    if (form == null) {
      return forms;
    }
    Map<Deflation.Form, Integer> changed = new HashMap<>(forms);
    if (changed.merge(form, change, Integer::sum) == 0) {
      changed.remove(form);
    }
    return Map.copyOf(changed);
  }

  /** Compresses a message as the subscribers need it. The publisher's thread. */
  void prepare(Publication publication) {
    Map<Deflation.Form, Integer> all = forms;
    if (!all.isEmpty()) {
      all.keySet().forEach(form -> form.prepare(publication));
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

  /** Does nothing if the seat isn't there. */
  void remove(Seat seat) {
    int place = seat.place;
    if (place == Seat.NOWHERE) {
      return;
    }
    Seat last = seat(--size);
    seats[place] = last;
    last.place = place;
    seats[size] = null;
    seat.place = Seat.NOWHERE;
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
