package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of values that is described first and run by its terminals: {@link #toList}, {@link
 * #reduce}, {@link #first}, {@link #forEach}, {@link #toStream}, {@link #toPublisher}. Until then
 * nothing runs; each terminal is a run of its own. Immutable: any thread.
 *
 * <pre>{@code
 * List<String> first = Emitter.interval(Duration.ofSeconds(1))
 *     .map(tick -> "tick " + tick)
 *     .take(3)
 *     .toList(scope);
 * }</pre>
 *
 * <p><b>Threads.</b> What is described runs on the thread that calls the terminal, one value after
 * the other: an operator is a function call, with no thread and no queue. Only {@link #merge},
 * {@link #debounce}, {@link #sample} and {@link #bufferWindow} need time to pass, or others to run,
 * beside it: what is above them runs as tasks of the scope, on virtual threads, and hands its
 * values over through a bounded channel. A slow consumer holds up what is above it, always.
 *
 * <p><b>The end.</b> A run ends when its source does, when something fails, when the consumer has
 * enough ({@link #take}, {@link #first}), or with the scope, by a {@code CancellationException}.
 * Tasks above are then interrupted, and the terminal returns when they have ended. It throws the
 * first failure, wherever that was. Nulls are refused, with a {@code NullPointerException}.
 *
 * @param <T> the values
 */
public final class Emitter<T> {
  private final Upstream<T> upstream;

  private Emitter(Upstream<T> upstream) {
    this.upstream = upstream;
  }

  /** What a producer makes, on the thread of the run. */
  public static <T> Emitter<T> produce(Producer<T> producer) {
    return new Emitter<>(new Produced<>(Objects.requireNonNull(producer, "producer")));
  }

  /**
   * 0, 1, 2 … one in each period, the first when one period has passed, by the scope's clock. A
   * period that ends while the consumer is busy is skipped, and so is its number.
   *
   * @throws IllegalArgumentException unless the period is positive
   */
  public static Emitter<Long> interval(Duration period) {
    return new Emitter<>(new Ticks(positive("period", period)));
  }

  /**
   * What callbacks say, from whichever threads they come, through a buffer.
   *
   * @param capacity how many values wait in the buffer, from 1 to 4,194,303
   * @param overflow what becomes of a value when the buffer is full
   */
  public static <T> Emitter<T> listen(int capacity, Overflow overflow, Callbacks<T> callbacks) {
    atLeastOne("capacity", capacity);
    return new Emitter<>(new Listened<>(capacity, overflow, callbacks));
  }

  /** The values of a collection, a list, or whatever else can be iterated. */
  public static <T> Emitter<T> from(Iterable<? extends T> values) {
    Objects.requireNonNull(values, "values");
    if (values instanceof Source<? extends T> source) {
      return from(source);
    }
    return produce((scope, sink) -> {
      for (T value : values) {
        if (!sink.emit(value)) {
          return;
        }
      }
    });
  }

  /**
   * What comes out of a channel. A run that ends early leaves there what it has not taken; with
   * tasks in between, up to 17 values for each may have been taken and be lost.
   */
  public static <T> Emitter<T> from(Source<? extends T> source) {
    return new Emitter<>((scope, down) -> new Pump<>(source).run(scope, down));
  }

  /** What a publisher publishes: at most 64 values are requested ahead. */
  public static <T> Emitter<T> from(Flow.Publisher<? extends T> publisher) {
    return new Emitter<>(new Subscribed<>(Objects.requireNonNull(publisher, "publisher")));
  }

  /** The values of this and the other, as they come. The first failure ends it. */
  public Emitter<T> merge(Emitter<? extends T> other) {
    return merge(List.of(other));
  }

  /** The values of this and the others, as they come. The first failure ends it. */
  public Emitter<T> merge(List<? extends Emitter<? extends T>> others) {
    List<Upstream<? extends T>> upstreams = new ArrayList<>(List.of(upstream));
    for (Emitter<? extends T> other : others) {
      upstreams.add(other.upstream);
    }
    return new Emitter<>(new Merged<>(List.copyOf(upstreams)));
  }

  /** Lets through what fulfils the condition. */
  public Emitter<T> filter(Predicate<? super T> condition) {
    return through(down -> value -> !condition.test(value) || down.push(value));
  }

  /** Makes something else of each value. */
  public <R> Emitter<R> map(Function<? super T, ? extends R> function) {
    return through(
        down -> value -> down.push(Objects.requireNonNull(function.apply(value), "map gave null")));
  }

  /**
   * The first so many values. What is above is stopped with the last of them; with 0, it is not
   * even started.
   *
   * @throws IllegalArgumentException if count is negative
   */
  public Emitter<T> take(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, not " + count);
    }
    return count == 0 ? from(List.of()) : through(down -> new Take<>(count, down));
  }

  /** Lets a value through, and drops those that come within so long after it. */
  public Emitter<T> throttle(Duration pause) {
    positive("pause", pause);
    return with((scope, down) -> new Throttled<>(scope.time(), pause, down));
  }

  /** Lets a value through when no other has come for so long after it; the last one at the end. */
  public Emitter<T> debounce(Duration pause) {
    positive("pause", pause);
    return new Emitter<>(new Windowed<>(upstream, time -> new Window.Quiet<>(pause)));
  }

  /**
   * The last value of each period, when the period is over; the last one of all at the end. A
   * period without a value has none.
   */
  public Emitter<T> sample(Duration period) {
    positive("period", period);
    return new Emitter<>(
        new Windowed<>(upstream, time -> new Window.Sample<>(period, time.nanoTime())));
  }

  /**
   * Lists of up to so many values: a list goes on when it is full, when so much time has passed
   * since its first value, and at the end. None is empty.
   */
  public Emitter<List<T>> bufferWindow(int count, Duration time) {
    atLeastOne("count", count);
    positive("time", time);
    return new Emitter<>(new Windowed<>(upstream, clock -> new Window.Buffer<>(count, time)));
  }

  /** Drops a value that equals the one before it. */
  public Emitter<T> distinct() {
    return distinctBy(Function.identity(), 1);
  }

  /** Drops a value whose key equals that of the one before it. */
  public Emitter<T> distinctBy(Function<? super T, ?> key) {
    return distinctBy(key, 1);
  }

  /**
   * Drops a value whose key equals one of those met last. So many keys are remembered; a new one
   * makes the run forget the one that was met longest ago.
   *
   * @param memory how many keys, at least 1
   */
  public Emitter<T> distinctBy(Function<? super T, ?> key, int memory) {
    atLeastOne("memory", memory);
    return through(down -> new Distinct<>(memory, key, down));
  }

  /** Before anything above runs, in each run. What it throws ends the run. */
  public Emitter<T> onStart(Scope.Hook hook) {
    return new Emitter<>(new Hooked.OnStart<>(upstream, hook));
  }

  /** Before each value goes on. What it throws ends the run. */
  public Emitter<T> onEach(Step<? super T> step) {
    return through(down ->
        value -> {
          step.accept(value);
          return down.push(value);
        });
  }

  /** When something above has failed. Not for cancellation, nor for what fails below. */
  public Emitter<T> onError(Consumer<? super Throwable> hook) {
    return new Emitter<>(new Hooked.OnError<>(upstream, hook));
  }

  /** When what is above has come to its own end; not if the consumer had enough before. */
  public Emitter<T> onComplete(Scope.Hook hook) {
    return new Emitter<>(new Hooked.OnComplete<>(upstream, hook));
  }

  /** When what is above is over, however it ended; after {@code onError} and {@code onComplete}. */
  public Emitter<T> onDispose(Scope.Hook hook) {
    return new Emitter<>(new Hooked.OnDispose<>(upstream, hook));
  }

  /** This stream, bound to a scope. */
  public ScopedStream<T> in(ExecutionScope scope) {
    return new ScopedStream<>(this, scope);
  }

  /** Runs it, and does something with each value, on the calling thread. */
  public void forEach(ExecutionScope scope, Step<? super T> step) throws Exception {
    run(
        scope,
        value -> {
          step.accept(value);
          return true;
        });
  }

  /** Runs it, and gives all values. They are all in memory: {@link #take} sets a bound. */
  public List<T> toList(ExecutionScope scope) throws Exception {
    List<T> values = new ArrayList<>();
    forEach(scope, values::add);
    return List.copyOf(values);
  }

  /** Runs it up to the first value, and stops it there; null if there was none. */
  public @Nullable T first(ExecutionScope scope) throws Exception {
    AtomicReference<@Nullable T> first = new AtomicReference<>();
    take(1).forEach(scope, first::set);
    return first.get();
  }

  /** Runs it, and combines all values from the first on; null if there was none. */
  public @Nullable T reduce(ExecutionScope scope, BinaryOperator<T> combine) throws Exception {
    AtomicReference<@Nullable T> sum = new AtomicReference<>();
    forEach(
        scope,
        value -> {
          T before = sum.get();
          sum.set(before == null ? value : combine.apply(before, value));
        });
    return sum.get();
  }

  /** Runs it, and combines all values with what there is at the beginning. */
  public <R> R reduce(
      ExecutionScope scope, R beginning, BiFunction<? super R, ? super T, ? extends R> combine)
      throws Exception {
    AtomicReference<R> sum = new AtomicReference<>(beginning);
    forEach(scope, value -> sum.set(combine.apply(sum.get(), value)));
    return sum.get();
  }

  /**
   * As a stream of the JDK's. It runs as a task of the scope, from the first value that is asked
   * for until its end or the stream's {@code close}: use it in a {@code try}, or the task goes on
   * until the scope ends. A checked exception comes as the cause of a {@link
   * java.util.concurrent.CompletionException}.
   */
  public Stream<T> toStream(ExecutionScope scope) {
    return Pulled.stream(upstream, scope);
  }

  /**
   * As a publisher: each subscription is a run of its own, as a task of the scope, as fast as the
   * subscriber requests. The scope's end is an error to it, a {@code CancellationException}.
   */
  public Flow.Publisher<T> toPublisher(ExecutionScope scope) {
    return new Published<>(upstream, scope);
  }

  private void run(ExecutionScope scope, Downstream<T> down) throws Exception {
    scope.throwIfCancelled();
    upstream.run(scope, down);
  }

  /** An operator that needs nothing but what is below it. */
  private <R> Emitter<R> through(Function<Downstream<? super R>, Downstream<T>> operator) {
    return with((scope, down) -> operator.apply(down));
  }

  private <R> Emitter<R> with(
      BiFunction<ExecutionScope, Downstream<? super R>, Downstream<T>> operator) {
    return new Emitter<>((scope, down) -> upstream.run(scope, operator.apply(scope, down)));
  }

  private static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be longer than 0, not " + value);
    }
    return value;
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
