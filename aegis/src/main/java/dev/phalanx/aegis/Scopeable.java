package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * A task that needs services, attributes and cancellation, and runs nothing of its own: it can be
 * given wherever an {@link Executable} is wanted.
 *
 * @param <T> the result
 */
@FunctionalInterface
public interface Scopeable<T extends @Nullable Object> extends Executable<T> {
  /**
   * Does the work, on the thread of whoever runs the task; it may block.
   *
   * @param scope lives as long as this call
   */
  T call(Scope scope) throws Exception;

  @Override
  default T execute(ExecutionScope scope) throws Exception {
    return call(scope);
  }
}
