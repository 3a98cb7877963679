package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;

/**
 * What a stream is made of: pushes values down, on the calling thread, until there are no more, or
 * no more are wanted. Each call is a run of its own, with state of its own.
 *
 * @param <T> what is pushed
 */
@FunctionalInterface
interface Upstream<T> {
  /**
   * Returns when this run is over and nothing of it is left.
   *
   * @throws Exception what failed, here, above or below
   */
  void run(ExecutionScope scope, Downstream<? super T> down) throws Exception;
}
