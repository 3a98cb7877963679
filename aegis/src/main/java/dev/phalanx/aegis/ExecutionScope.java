package dev.phalanx.aegis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A scope in which work can be run: side by side, with a deadline, or later. All that is started in
 * it ends before it ends: cancelling it interrupts the tasks it forked, never the thread that owns
 * it, whose waits in this interface end with a {@link CancellationException}.
 */
public interface ExecutionScope extends Scope {
  /** What all disposal hooks of a scope have together, before they are interrupted. */
  Duration DISPOSE_LIMIT = Duration.ofSeconds(5);

  /** How long a task that was interrupted may take to end, before it is reported with its stack. */
  Duration TASK_LIMIT = Duration.ofSeconds(5);

  @Override
  <T> ExecutionScope withAttribute(AttributeKey<T> key, T value);

  /**
   * Waits.
   *
   * @throws CancellationException if the scope is cancelled before the time is over
   * @throws InterruptedException if the calling thread is interrupted
   */
  void delay(Duration duration) throws InterruptedException;

  /**
   * Runs tasks side by side, each on a virtual thread of its own, and waits for all of them. The
   * first failure interrupts the others.
   *
   * @return the results, in the order of the tasks
   * @throws CancellationException if the scope is cancelled meanwhile
   * @throws Exception the first failure; the others are suppressed in it
   */
  <T> List<T> concurrent(List<? extends Executable<? extends T>> tasks) throws Exception;

  /**
   * Runs a task on the calling thread, with a deadline: past it, the task's scope is cancelled and
   * the thread interrupted.
   *
   * @throws TimeoutException if the deadline passed
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T timeout(Duration limit, Executable<T> task) throws Exception;

  /**
   * Runs a task on the calling thread in a scope that is not cancelled when this one is: for
   * clean-up that needs {@link #delay} and the others. It has a limit, which ends it as {@link
   * #timeout} does.
   *
   * @throws TimeoutException if the limit passed
   * @throws Exception what the task threw
   */
  <T extends @Nullable Object> T shielded(Duration limit, Executable<T> task) throws Exception;
}
