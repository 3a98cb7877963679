package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * How a task ended: with a value, or with a failure.
 *
 * @param <T> the value
 */
public sealed interface Settlement<T extends @Nullable Object> {
  /** It gave a value. */
  record Success<T extends @Nullable Object>(T value) implements Settlement<T> {}

  /** It threw. */
  record Failure<T extends @Nullable Object>(Throwable cause) implements Settlement<T> {}

  /** Whether it gave a value. */
  default boolean isSuccess() {
    return this instanceof Success;
  }

  /**
   * The value.
   *
   * @throws Exception what the task threw, if it did
   */
  default T get() throws Exception {
    return switch (this) {
      case Success<T>(T value) -> value;
      case Failure<T>(Error error) -> throw error;
      case Failure<T>(Exception exception) -> throw exception;
      case Failure<T>(Throwable other) -> throw new IllegalStateException(other);
    };
  }
}
