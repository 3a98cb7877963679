package dev.phalanx.hermes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one topic on one lane. Who they are, only the lane knows; how many they are,
 * and how they want to have it compressed, is known at once to whoever publishes.
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

  final Branch branch;

  /** The same topic's on another lane; changed under the topic's entry. */
  volatile @Nullable Roster next;

  private volatile int count;
  private volatile Map<Deflation.Form, Integer> forms = Map.of(); // replaced, under the entry

  // the lane's
  private @Nullable Seat[] seats = NOBODY;
  private int size;

  Roster(Branch branch, @Nullable Roster next) {
    this.branch = branch;
    this.next = next;
  }

  // ---- any thread ----

  int count() {
    return count;
  }

  /** One more has subscribed. Under the topic's entry, if it is a topic's. */
  void enter(@Nullable Deflation deflation) {
    COUNT.getAndAdd(this, 1);
    if (deflation != null) {
      changeForms(deflation.form(), 1);
    }
  }

  /**
   * One has left. Under the topic's entry, if it is a topic's.
   *
   * @return whether nobody is left
   */
  boolean exit(Deflation.@Nullable Form form) {
    if (form != null) {
      changeForms(form, -1);
    }
    return (int) COUNT.getAndAdd(this, -1) == 1;
  }

  private synchronized void changeForms(Deflation.Form form, int change) {
    Map<Deflation.Form, Integer> changed = new HashMap<>(forms);
    if (changed.merge(form, change, Integer::sum) == 0) {
      changed.remove(form);
    }
    forms = Map.copyOf(changed);
  }

  /** Has a message compressed as its subscribers need it. The publisher's thread. */
  void prepare(Publication publication) {
    Map<Deflation.Form, Integer> wanted = forms;
    if (!wanted.isEmpty()) {
      wanted.keySet().forEach(publication::prepare);
    }
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

  int size() {
    return size;
  }

  Seat seat(int place) {
    return Objects.requireNonNull(seats[place]);
  }
}
