package dev.phalanx.styx;

/**
 * What is done with each value of a stream.
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Step<T> {
  /** Does it, on the stream's thread; it may block. What it throws ends the stream. */
  void accept(T value) throws Exception;
}
