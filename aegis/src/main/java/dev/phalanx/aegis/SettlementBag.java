package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How all tasks of a group ended, in the order of the tasks ({@link ExecutionScope#settle}).
 *
 * @param all one for each task
 * @param <T> the value of a task
 */
public record SettlementBag<T extends @Nullable Object>(List<Settlement<T>> all)
    implements Iterable<Settlement<T>> {
  /** A bag of settlements. */
  public SettlementBag {
    all = List.copyOf(all);
  }

  /** How the task at this place ended, counted from 0. */
  public Settlement<T> get(int index) {
    return all.get(index);
  }

  /** How many tasks there were. */
  public int size() {
    return all.size();
  }

  /** Whether every task gave a value. */
  public boolean allSucceeded() {
    return all.stream().allMatch(Settlement::isSuccess);
  }

  /** The values of the tasks that gave one, in the order of the tasks. */
  public List<T> values() {
    List<T> values = new ArrayList<>();
    for (Settlement<T> each : all) {
      if (each instanceof Settlement.Success<T>(T value)) {
        values.add(value);
      }
    }
    return values;
  }

  /** What the others threw, in the order of the tasks. */
  public List<Throwable> failures() {
    List<Throwable> failures = new ArrayList<>();
    for (Settlement<T> each : all) {
      if (each instanceof Settlement.Failure<T>(Throwable cause)) {
        failures.add(cause);
      }
    }
    return failures;
  }

  /** The value of the task at this place, or another one if it failed. */
  public T getOrElse(int index, T other) {
    return all.get(index) instanceof Settlement.Success<T>(T value) ? value : other;
  }

  @Override
  public Iterator<Settlement<T>> iterator() {
    return all.iterator();
  }
}
