package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Emitter} that knows the scope it will run in: the same operators and hooks, and
 * terminals without an argument. Nothing runs before a terminal here either. Immutable: any thread.
 *
 * @param <T> the values
 */
public final class ScopedStream<T> {
  private final Emitter<T> emitter;
  private final ExecutionScope scope;

  ScopedStream(Emitter<T> emitter, ExecutionScope scope) {
    this.emitter = emitter;
    this.scope = scope;
  }

  /** The same, bound to no scope. */
  public Emitter<T> emitter() {
    return emitter;
  }

  /** {@link Emitter#merge(Emitter)}. */
  public ScopedStream<T> merge(Emitter<? extends T> other) {
    return with(emitter.merge(other));
  }

  /** {@link Emitter#merge(List)}. */
  public ScopedStream<T> merge(List<? extends Emitter<? extends T>> others) {
    return with(emitter.merge(others));
  }

  /** {@link Emitter#filter}. */
  public ScopedStream<T> filter(Predicate<? super T> condition) {
    return with(emitter.filter(condition));
  }

  /** {@link Emitter#map}. */
  public <R> ScopedStream<R> map(Function<? super T, ? extends R> function) {
    return with(emitter.map(function));
  }

  /** {@link Emitter#take}. */
  public ScopedStream<T> take(long count) {
    return with(emitter.take(count));
  }

  /** {@link Emitter#throttle}. */
  public ScopedStream<T> throttle(Duration pause) {
    return with(emitter.throttle(pause));
  }

  /** {@link Emitter#debounce}. */
  public ScopedStream<T> debounce(Duration pause) {
    return with(emitter.debounce(pause));
  }

  /** {@link Emitter#sample}. */
  public ScopedStream<T> sample(Duration period) {
    return with(emitter.sample(period));
  }

  /** {@link Emitter#bufferWindow}. */
  public ScopedStream<List<T>> bufferWindow(int count, Duration time) {
    return with(emitter.bufferWindow(count, time));
  }

  /** {@link Emitter#distinct}. */
  public ScopedStream<T> distinct() {
    return with(emitter.distinct());
  }

  /** {@link Emitter#distinctBy(Function)}. */
  public ScopedStream<T> distinctBy(Function<? super T, ?> key) {
    return with(emitter.distinctBy(key));
  }

  /** {@link Emitter#distinctBy(Function, int)}. */
  public ScopedStream<T> distinctBy(Function<? super T, ?> key, int memory) {
    return with(emitter.distinctBy(key, memory));
  }

  /** {@link Emitter#onStart}. */
  public ScopedStream<T> onStart(Scope.Hook hook) {
    return with(emitter.onStart(hook));
  }

  /** {@link Emitter#onEach}. */
  public ScopedStream<T> onEach(Step<? super T> step) {
    return with(emitter.onEach(step));
  }

  /** {@link Emitter#onError}. */
  public ScopedStream<T> onError(Consumer<? super Throwable> hook) {
    return with(emitter.onError(hook));
  }

  /** {@link Emitter#onComplete}. */
  public ScopedStream<T> onComplete(Scope.Hook hook) {
    return with(emitter.onComplete(hook));
  }

  /** {@link Emitter#onDispose}. */
  public ScopedStream<T> onDispose(Scope.Hook hook) {
    return with(emitter.onDispose(hook));
  }

  /** {@link Emitter#forEach}. */
  public void forEach(Step<? super T> step) throws Exception {
    emitter.forEach(scope, step);
  }

  /** {@link Emitter#toList}. */
  public List<T> toList() throws Exception {
    return emitter.toList(scope);
  }

  /** {@link Emitter#first}. */
  public @Nullable T first() throws Exception {
    return emitter.first(scope);
  }

  /** {@link Emitter#reduce(ExecutionScope, BinaryOperator)}. */
  public @Nullable T reduce(BinaryOperator<T> combine) throws Exception {
    return emitter.reduce(scope, combine);
  }

  /** {@link Emitter#reduce(ExecutionScope, Object, BiFunction)}. */
  public <R> R reduce(R beginning, BiFunction<? super R, ? super T, ? extends R> combine)
      throws Exception {
    return emitter.reduce(scope, beginning, combine);
  }

  /** {@link Emitter#toStream}. */
  public Stream<T> toStream() {
    return emitter.toStream(scope);
  }

  /** {@link Emitter#toPublisher}. */
  public Flow.Publisher<T> toPublisher() {
    return emitter.toPublisher(scope);
  }

  private <R> ScopedStream<R> with(Emitter<R> other) {
    return new ScopedStream<>(other, scope);
  }
}
