package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * A task that works on something: an item, or the result of the task before it.
 *
 * @param <A> what it works on
 * @param <B> the result
 */
@FunctionalInterface
public interface Stage<A extends @Nullable Object, B extends @Nullable Object> {
  /**
   * Does the work; it may block.
   *
   * @param scope lives as long as this call
   */
  B apply(ExecutionScope scope, A input) throws Exception;

  /** The task that does it to this input. */
  default Executable<B> on(A input) {
    return scope -> apply(scope, input);
  }
}
