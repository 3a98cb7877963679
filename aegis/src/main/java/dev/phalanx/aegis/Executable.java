package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * A task: work that is done inside a scope and gives a result.
 *
 * @param <T> the result
 */
@FunctionalInterface
public interface Executable<T extends @Nullable Object> {
  /**
   * Does the work, on a virtual thread; it may block.
   *
   * @param scope lives as long as this call: what is started in it ends with it
   */
  T execute(ExecutionScope scope) throws Exception;
}
