package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.TraceEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A view of a {@link Lifetime}, with its context; and the primitives that stand on it. */
final class LiveScope implements OwnedScope {
  private final Lifetime life;
  private final Context context;
  private final @Nullable Interrupts interrupts; // null where no thread has been given one yet

  LiveScope(Lifetime life, Context context, @Nullable Interrupts interrupts) {
    this.life = life;
    this.context = context;
    this.interrupts = interrupts;
  }

  Lifetime life() {
    return life;
  }

  Context context() {
    return context;
  }

  @Nullable Interrupts interrupts() {
    return interrupts;
  }

  /** This scope as the calling thread may use it, which may be one of its tasks. */
  private LiveScope here() {
    Interrupts innermost = Interrupts.innermost(interrupts);
    return innermost == interrupts ? this : new LiveScope(life, context, innermost);
  }

  Span taskSpan(String what) {
    return Span.begin(life, TraceEvent.Kind.TASK, what, life.depth);
  }

  /** The same, for one attempt at a task that is being run. */
  LiveScope partOfTask(String suffix) {
    return new LiveScope(life.partOfTask(suffix), context, interrupts);
  }

  /** A scope with hooks of its own, in one cancellation with this one: for a part of its work. */
  LiveScope part(String suffix) {
    return new LiveScope(life.part(suffix), context, interrupts);
  }

  @Override
  public String name() {
    return life.name();
  }

  @Override
  public <T> T service(Class<T> type) {
    return life.service(type);
  }

  @Override
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    return context.attributes().get(key);
  }

  @Override
  public <T> LiveScope withAttribute(AttributeKey<T> key, T value) {
    Objects.requireNonNull(value, key.name());
    return new LiveScope(life, context.with(key, value), interrupts);
  }

  @Override
  public LiveScope carry(ScopedValue<?>... values) {
    return new LiveScope(life, context.carrying(values), interrupts);
  }

  @Override
  public CancellationToken cancellation() {
    return life.token;
  }

  @Override
  public TimeSource time() {
    return life.environment.time();
  }

  @Override
  public void onDispose(Hook hook) {
    life.onDispose(() -> context.call(this, scope -> nothing(hook)));
  }

  private static @Nullable Void nothing(Hook hook) throws Exception {
    hook.run();
    return null;
  }

  @Override
  public void delay(Duration duration) throws InterruptedException {
    long deadline = time().nanoTime() + nanos(duration);
    Thread waiting = Thread.currentThread();
    var wakeUp = life.token.onCancel(() -> LockSupport.unpark(waiting));
    try {
      while (time().nanoTime() - deadline < 0) {
        throwIfCancelled();
        if (Thread.interrupted()) {
          throw new InterruptedException(name() + " was interrupted in a delay of " + duration);
        }
        time().parkUntil(deadline);
      }
    } finally {
      wakeUp.close();
    }
  }

  /** Of a duration longer than a deadline can say, half of eternity: 146 years. */
  private static long nanos(Duration duration) {
    long longest = Long.MAX_VALUE / 2;
    return duration.compareTo(Duration.ofNanos(longest)) > 0 ? longest : duration.toNanos();
  }

  @Override
  public <T extends @Nullable Object> T execute(Executable<T> task) throws Exception {
    throwIfCancelled();
    try (LiveScope part = here().part(Behavior.of(task).name())) {
      return Dispatch.run(part, task);
    }
  }

  @Override
  public <T extends @Nullable Object, R extends @Nullable Object> R join(
      List<? extends Executable<? extends T>> tasks, int limit, Joiner<T, R> joiner)
      throws Exception {
    throwIfCancelled();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, not " + limit);
    }
    return new TaskGroup<>(this, tasks, limit, joiner).run();
  }

  @Override
  public <T extends @Nullable Object> T timeout(Duration limit, Executable<T> task)
      throws Exception {
    return here().deadline(life.inner("timeout"), limit, inner -> Dispatch.run(inner, task));
  }

  /** {@link #timeout}, for a task that is being run. */
  <T extends @Nullable Object> T deadline(Duration limit, Dispatch.Work<T> work) throws Exception {
    return deadline(life.innerOfTask("timeout"), limit, work);
  }

  private <T extends @Nullable Object> T deadline(
      Lifetime inner, Duration limit, Dispatch.Work<T> work) throws Exception {
    throwIfCancelled();
    var link = inner.endsWith(life);
    try {
      return new Deadline(inner, limit, Interrupts.ofCaller(interrupts)).run(context, work);
    } finally {
      link.close();
    }
  }

  @Override
  public <T extends @Nullable Object> T shielded(Duration limit, Executable<T> task)
      throws Exception {
    Lifetime inner = life.inner("shielded"); // ends with nothing: that is the shield
    Interrupts caller = Interrupts.ofCaller(Interrupts.innermost(interrupts));
    caller.raiseShield();
    try {
      return new Deadline(inner, limit, caller.inside())
          .run(context, scope -> Dispatch.run(scope, task));
    } finally {
      caller.lowerShield();
    }
  }

  @Override
  public <T extends @Nullable Object> T retry(Executable<T> task, RetryPolicy policy)
      throws Exception {
    throwIfCancelled();
    return new Retries(here(), policy, LiveScope::part).run(attempt -> Dispatch.run(attempt, task));
  }

  @Override
  public <T extends @Nullable Object> T singleflight(Object key, Executable<T> task)
      throws Exception {
    throwIfCancelled();
    return life.environment.flights().join(this, key, task);
  }

  @Override
  public <T extends @Nullable Object> T inWorker(Executable<T> task) throws Exception {
    throwIfCancelled();
    return life.environment.workers().run(this, task);
  }

  @Override
  public List<Throwable> dispose() {
    return life.end();
  }

  @Override
  public void close() {
    life.endAndLog();
  }
}
