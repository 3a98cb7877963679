package dev.phalanx.styx;

import java.util.concurrent.CancellationException;

/**
 * Where a {@link Producer} puts its values. For the producer's own thread.
 *
 * @param <T> the values
 */
public interface Sink<T> {
  /**
   * Passes a value on; returns when the consumer has dealt with it.
   *
   * @return whether more are wanted. If not, the producer should end; what ended the stream is told
   *     to the consumer, whatever the producer does
   * @throws CancellationException if no more were wanted already, or the scope is cancelled
   * @throws IllegalStateException if the calling thread is not the producer's
   */
  boolean emit(T value);
}
