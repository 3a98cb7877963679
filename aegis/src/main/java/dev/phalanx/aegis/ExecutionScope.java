package dev.phalanx.aegis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A scope in which work can be run: side by side, with a deadline, again, or later. All that is
 * started in it ends before it ends: cancelling it interrupts the tasks it forked, never the thread
 * that owns it, whose waits in this interface end with a {@link CancellationException}.
 *
 * <p>Wherever a task is taken, what it says of itself holds: its {@link HasTimeout timeout} around
 * its {@link Retryable retries} around its {@link Traceable trace}. Each task gets a scope of its
 * own, whose disposal hooks run when the task has ended. Where a method waits, it throws {@link
 * InterruptedException} if the calling thread is interrupted.
 *
 * <p>The methods run tasks on the calling thread, unless they say otherwise.
 */
public interface ExecutionScope extends Scope {
  /** What all disposal hooks of a scope have together, before they are interrupted. */
  Duration DISPOSE_LIMIT = Duration.ofSeconds(5);

  /** How long a task that was interrupted may take to end, before it is reported with its stack. */
  Duration TASK_LIMIT = Duration.ofSeconds(5);

  /**
   * The scope that the calling code runs in: a handler's, or that of the innermost task.
   *
   * @throws IllegalStateException if the thread was not started by a scope
   */
  static ExecutionScope current() {
    return Context.current();
  }

  /**
   * Does work on the calling thread, with a scope as its {@linkplain #current current} one: for
   * those who run handlers.
   */
  static <T extends @Nullable Object> T callIn(ExecutionScope scope, Executable<T> work)
      throws Exception {
    return Context.EMPTY.call(scope, work);
  }

  @Override
  <T> ExecutionScope withAttribute(AttributeKey<T> key, T value);

  /**
   * The same scope, whose forks also see these scoped values as they are bound here and now. Others
   * are not seen there: a virtual thread inherits none.
   *
   * @throws IllegalStateException if one of them isn't bound
   */
  ExecutionScope carry(ScopedValue<?>... values);

  /**
   * Waits.
   *
   * @throws CancellationException if the scope is cancelled before the time is over
   * @throws InterruptedException if the calling thread is interrupted
   */
  void delay(Duration duration) throws InterruptedException;

  /**
   * Runs a task, as it wants to be run.
   *
   * @throws CancellationException if the scope is cancelled already
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T execute(Executable<T> task) throws Exception;

  /**
   * Runs tasks side by side on virtual threads and waits until all have ended, or the joiner has
   * enough: then those still running are interrupted, and waited for. What the other methods for
   * several tasks are made of.
   *
   * @param limit how many tasks run at once, 1 or more
   * @param joiner decides when it is enough, and what comes of it; used for this one call
   * @throws CancellationException if the scope is cancelled meanwhile
   * @throws Exception what the joiner throws
   */
  <T extends @Nullable Object, R extends @Nullable Object> R join(
      List<? extends Executable<? extends T>> tasks, int limit, Joiner<T, R> joiner)
      throws Exception;

  /**
   * Runs tasks side by side, each on a virtual thread of its own, and waits for all of them. The
   * first failure interrupts the others.
   *
   * @return the results, in the order of the tasks
   * @throws CancellationException if the scope is cancelled meanwhile
   * @throws Exception the first failure; the others are suppressed in it
   */
  default <T extends @Nullable Object> List<T> concurrent(
      List<? extends Executable<? extends T>> tasks) throws Exception {
    return join(tasks, Integer.MAX_VALUE, new Joiners.AllOrNothing<T>(tasks.size()));
  }

  /** Runs two tasks as {@link #concurrent(List)} does, and makes one result of theirs. */
  default <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      R concurrent(Executable<A> a, Executable<B> b, Combine.Two<A, B, R> combine)
          throws Exception {
    List<?> done = concurrent(List.of(a, b));
    return combine.apply(Combine.at(done, 0), Combine.at(done, 1));
  }

  /** Runs three tasks as {@link #concurrent(List)} does, and makes one result of theirs. */
  default <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          R extends @Nullable Object>
      R concurrent(
          Executable<A> a, Executable<B> b, Executable<C> c, Combine.Three<A, B, C, R> combine)
          throws Exception {
    List<?> done = concurrent(List.of(a, b, c));
    return combine.apply(Combine.at(done, 0), Combine.at(done, 1), Combine.at(done, 2));
  }

  /** Runs four tasks as {@link #concurrent(List)} does, and makes one result of theirs. */
  default <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object,
          R extends @Nullable Object>
      R concurrent(
          Executable<A> a,
          Executable<B> b,
          Executable<C> c,
          Executable<D> d,
          Combine.Four<A, B, C, D, R> combine)
          throws Exception {
    List<?> done = concurrent(List.of(a, b, c, d));
    return combine.apply(
        Combine.at(done, 0), Combine.at(done, 1), Combine.at(done, 2), Combine.at(done, 3));
  }

  /** Runs five tasks as {@link #concurrent(List)} does, and makes one result of theirs. */
  default <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object,
          E extends @Nullable Object,
          R extends @Nullable Object>
      R concurrent(
          Executable<A> a,
          Executable<B> b,
          Executable<C> c,
          Executable<D> d,
          Executable<E> e,
          Combine.Five<A, B, C, D, E, R> combine)
          throws Exception {
    List<?> done = concurrent(List.of(a, b, c, d, e));
    return combine.apply(
        Combine.at(done, 0),
        Combine.at(done, 1),
        Combine.at(done, 2),
        Combine.at(done, 3),
        Combine.at(done, 4));
  }

  /**
   * Runs tasks side by side and waits for all of them, however they end.
   *
   * @throws CancellationException if the scope is cancelled meanwhile
   */
  default <T extends @Nullable Object> SettlementBag<T> settle(
      List<? extends Executable<? extends T>> tasks) throws Exception {
    return join(tasks, Integer.MAX_VALUE, new Joiners.Everything<T>(tasks.size()));
  }

  /**
   * Runs tasks side by side until the first has ended, in whatever way; the others are interrupted.
   *
   * @return its value
   * @throws IllegalArgumentException if there is no task
   * @throws Exception what it threw
   */
  default <T extends @Nullable Object> T race(List<? extends Executable<? extends T>> tasks)
      throws Exception {
    return join(Joiners.some(tasks), Integer.MAX_VALUE, new Joiners.FirstSettled<T>());
  }

  /**
   * Runs tasks side by side until the first has given a value; the others are interrupted.
   *
   * @throws IllegalArgumentException if there is no task
   * @throws Exception if all failed: the first failure, with the others suppressed in it
   */
  default <T extends @Nullable Object> T any(List<? extends Executable<? extends T>> tasks)
      throws Exception {
    return join(Joiners.some(tasks), Integer.MAX_VALUE, new Joiners.FirstSuccess<T>());
  }

  /**
   * Applies a function to many items, so many at a time; fails as {@link #concurrent(List)} does.
   *
   * @param limit how many run at once, 1 or more
   * @return the results, in the order of the items
   */
  default <I, T extends @Nullable Object> List<T> map(
      Collection<? extends I> items, Stage<? super I, ? extends T> function, int limit)
      throws Exception {
    List<Executable<T>> tasks = new ArrayList<>(items.size());
    for (I item : items) {
      tasks.add(scope -> function.apply(scope, item));
    }
    return join(tasks, limit, new Joiners.AllOrNothing<T>(tasks.size()));
  }

  /** Runs tasks one after the other, until one fails; their results. */
  default <T extends @Nullable Object> List<T> series(List<? extends Executable<? extends T>> tasks)
      throws Exception {
    List<T> results = new ArrayList<>(tasks.size());
    for (Executable<? extends T> task : tasks) {
      results.add(execute(task));
    }
    return Collections.unmodifiableList(results);
  }

  /** Runs a task, then a stage with its result; the result of the stage. */
  default <A extends @Nullable Object, B extends @Nullable Object> B waterfall(
      Executable<A> first, Stage<? super A, B> second) throws Exception {
    A a = execute(first);
    return execute(second.on(a));
  }

  /** Runs a task, then stages, each with the result before it; the result of the last. */
  default <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      C waterfall(Executable<A> first, Stage<? super A, B> second, Stage<? super B, C> third)
          throws Exception {
    B b = waterfall(first, second);
    return execute(third.on(b));
  }

  /** Runs a task, then stages, each with the result before it; the result of the last. */
  default <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object>
      D waterfall(
          Executable<A> first,
          Stage<? super A, B> second,
          Stage<? super B, C> third,
          Stage<? super C, D> fourth)
          throws Exception {
    C c = waterfall(first, second, third);
    return execute(fourth.on(c));
  }

  /**
   * Runs a task with a deadline: past it, the task's scope is cancelled and the thread interrupted.
   *
   * @throws TimeoutException if the deadline passed
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T timeout(Duration limit, Executable<T> task) throws Exception;

  /**
   * Runs a task in a scope that is not cancelled when this one is: for clean-up that needs {@link
   * #delay} and the others. It has a limit, which ends it as {@link #timeout} does.
   *
   * @throws TimeoutException if the limit passed
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T shielded(Duration limit, Executable<T> task) throws Exception;

  /**
   * Runs a task, and runs it again as long as it fails and the policy allows it.
   *
   * @throws CancellationException if the scope is cancelled meanwhile
   * @throws Exception the last failure; earlier ones are suppressed in it
   */
  <T extends @Nullable Object> T retry(Executable<T> task, RetryPolicy policy) throws Exception;

  /**
   * Runs a task when the scope ends, among the {@linkplain #onDispose disposal hooks}, and shielded
   * from the cancellation that this is, with {@link #DISPOSE_LIMIT} as its limit.
   */
  default void defer(Executable<?> task) {
    onDispose(() -> shielded(DISPOSE_LIMIT, task));
  }

  /**
   * Runs a task, or waits for the one that somebody else in the application runs with an equal key
   * now; all who wait get the one result. The task runs on a virtual thread of its own, in a scope
   * of its own with the context of the first who asked. It is cancelled when nobody waits for it
   * any more, and not before. Whoever is last to leave waits for its end.
   *
   * @param key names the result; whoever uses it expects a result of the same type
   * @throws CancellationException if this scope is cancelled meanwhile
   * @throws IllegalStateException if the task itself asks for its own key: it would wait for itself
   * @throws Exception what the task threw: to all who wait, the same exception
   */
  <T extends @Nullable Object> T singleflight(Object key, Executable<T> task) throws Exception;

  /**
   * Runs a task that keeps a processor busy on a thread of the application's worker pool, which has
   * as many threads as there are processors, so that it can't hold the carriers of the virtual
   * threads; waits until a worker is free, and until it is done. On a worker already, it runs there
   * at once. A task should compute there, and not wait for others that need a worker.
   *
   * @throws CancellationException if the scope is cancelled meanwhile; a task that runs is
   *     interrupted
   * @throws IllegalStateException if the application has been closed
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T inWorker(Executable<T> task) throws Exception;
}
