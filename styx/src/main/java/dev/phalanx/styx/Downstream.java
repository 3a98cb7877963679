package dev.phalanx.styx;

/**
 * Where a {@link Upstream} pushes to; one thread.
 *
 * @param <T> what is pushed
 */
@FunctionalInterface
interface Downstream<T> {
  /**
   * Passes a value on.
   *
   * @return whether more are wanted; after false, nothing may be pushed
   */
  boolean push(T value) throws Exception;
}
