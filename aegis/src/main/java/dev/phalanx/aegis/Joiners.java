package dev.phalanx.aegis;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The joiners behind the methods of {@link ExecutionScope}. */
final class Joiners {
  private Joiners() {}

  /** The tasks, of which there must be one: nothing wins where nobody runs. */
  static <E> List<E> some(List<E> tasks) {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("there must be a task");
    }
    return tasks;
  }

  /** What all of them have in common: a first failure, with the later ones suppressed in it. */
  abstract static class Failing<T extends @Nullable Object, R extends @Nullable Object>
      implements Joiner<T, R> {
    private @Nullable Throwable first;

    @SuppressWarnings("ReferenceEquality") // a throwable can't be suppressed in itself
    final void failed(Throwable cause) {
      if (first == null) {
        first = cause;
      } else if (first != cause) {
        first.addSuppressed(cause);
      }
    }

    final void throwFirst() throws Exception {
      if (first != null) {
        new Settlement.Failure<>(first).get();
      }
    }
  }

  /** All values, or the first failure. */
  static final class AllOrNothing<T extends @Nullable Object> extends Failing<T, List<T>> {
    private final @Nullable Object[] values;

    AllOrNothing(int tasks) {
      values = new Object[tasks];
    }

    @Override
    public boolean settled(int index, Settlement<T> settlement) {
      switch (settlement) {
        case Settlement.Success<T>(T value) -> values[index] = value;
        case Settlement.Failure<T>(Throwable cause) -> failed(cause);
      }
      return !settlement.isSuccess();
    }

    @Override
    @SuppressWarnings("unchecked") // settled() stores nothing but values of T
    public List<T> result() throws Exception {
      throwFirst();
      return (List<T>) Collections.unmodifiableList(Arrays.asList(values));
    }
  }

  /** Every settlement. */
  static final class Everything<T extends @Nullable Object> implements Joiner<T, SettlementBag<T>> {
    private final @Nullable Settlement<T>[] all;

    @SuppressWarnings("unchecked") // an array of a generic type can't be made in another way
    Everything(int tasks) {
      all = (Settlement<T>[]) new Settlement<?>[tasks];
    }

    @Override
    public boolean settled(int index, Settlement<T> settlement) {
      all[index] = settlement;
      return false;
    }

    @Override
    public SettlementBag<T> result() {
      return new SettlementBag<>(Arrays.stream(all).map(Objects::requireNonNull).toList());
    }
  }

  /** The first to end, however it ends. */
  static final class FirstSettled<T extends @Nullable Object> implements Joiner<T, T> {
    private @Nullable Settlement<T> winner;

    @Override
    public boolean settled(int index, Settlement<T> settlement) {
      if (winner == null) {
        winner = settlement;
      }
      return true;
    }

    @Override
    public T result() throws Exception {
      return Objects.requireNonNull(winner).get();
    }
  }

  /** The first value; a failure only if there is none. */
  static final class FirstSuccess<T extends @Nullable Object> extends Failing<T, T> {
    private @Nullable Settlement<T> winner;

    @Override
    public boolean settled(int index, Settlement<T> settlement) {
      switch (settlement) {
        case Settlement.Success<T> success -> winner = winner == null ? success : winner;
        case Settlement.Failure<T>(Throwable cause) -> failed(cause);
      }
      return winner != null;
    }

    @Override
    public T result() throws Exception {
      if (winner == null) {
        throwFirst();
      }
      return Objects.requireNonNull(winner).get();
    }
  }
}
