package dev.phalanx.styx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values that wait for their time; one thread.
 *
 * @param <T> what comes in
 * @param <R> what goes out
 */
abstract class Window<T, R> {
  private long deadline;

  /** Whether nothing waits. */
  abstract boolean isEmpty();

  /** Takes a value in; whether what waits must go out now. */
  abstract boolean add(T value, long now);

  /** Takes out what waits. */
  abstract R take();

  /** When what waits must go out. */
  final long deadline() {
    return deadline;
  }

  final void mustGoBy(long time) {
    deadline = time;
  }

  /** The last value, once no other has come for a while. */
  static final class Quiet<T> extends Latest<T> {
    private final long pause;

    Quiet(Duration pause) {
      this.pause = pause.toNanos();
    }

    @Override
    boolean add(T value, long now) {
      mustGoBy(now + pause);
      return super.add(value, now);
    }
  }

  /** The last value of each period. */
  static final class Sample<T> extends Latest<T> {
    private final long start;
    private final long period;

    Sample(Duration period, long start) {
      this.period = period.toNanos();
      this.start = start;
    }

    @Override
    boolean add(T value, long now) {
      if (isEmpty()) {
        mustGoBy(start + ((now - start) / period + 1) * period);
      }
      return super.add(value, now);
    }
  }

  /** Up to so many values, or those that came up to a time after the first of them. */
  static final class Buffer<T> extends Window<T, List<T>> {
    private final int count;
    private final long limit;
    private List<T> waiting = new ArrayList<>();

    Buffer(int count, Duration limit) {
      this.count = count;
      this.limit = limit.toNanos();
    }

    @Override
    boolean isEmpty() {
      return waiting.isEmpty();
    }

    @Override
    boolean add(T value, long now) {
      if (waiting.isEmpty()) {
        mustGoBy(now + limit);
      }
      waiting.add(value);
      return waiting.size() == count;
    }

    @Override
    List<T> take() {
      List<T> out = List.copyOf(waiting);
      waiting = new ArrayList<>();
      return out;
    }
  }

  abstract static sealed class Latest<T> extends Window<T, T> permits Quiet, Sample {
    private @Nullable T waiting;

    @Override
    boolean isEmpty() {
      return waiting == null;
    }

    @Override
    boolean add(T value, long now) {
      waiting = value;
      return false;
    }

    @Override
    T take() {
      T out = Objects.requireNonNull(waiting);
      waiting = null;
      return out;
    }
  }
}
