package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * Decides when tasks that run side by side have done enough, and what comes of them ({@link
 * ExecutionScope#join}). Made for one group, and not used again.
 *
 * @param <T> the value of a task
 * @param <R> the result of the group
 */
public interface Joiner<T extends @Nullable Object, R extends @Nullable Object> {
  /**
   * A task has ended. Called on that task's thread, for one task at a time; must not block. Tasks
   * that end because the group was stopped are told of too.
   *
   * @param index the place of the task, counted from 0
   * @return whether the tasks still running should be interrupted, and the others not begun
   */
  boolean settled(int index, Settlement<T> settlement);

  /**
   * The result of the group. Called on the thread that waits for it, when all its tasks have ended;
   * not at all if the scope was cancelled.
   *
   * @throws Exception if the group has failed
   */
  R result() throws Exception;
}
