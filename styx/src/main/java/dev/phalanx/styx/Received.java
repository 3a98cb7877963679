package dev.phalanx.styx;

/**
 * What came out of a channel: a value, or its end.
 *
 * @param <T> what is received
 */
public sealed interface Received<T> {
  /** A value. */
  record Value<T>(T value) implements Received<T> {}

  /** The channel was completed, and everything in it has been received. */
  record Completed<T>() implements Received<T> {}

  /** The channel failed, and everything in it has been received. */
  record Failed<T>(Throwable cause) implements Received<T> {}
}
