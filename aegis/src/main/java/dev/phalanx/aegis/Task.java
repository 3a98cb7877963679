package dev.phalanx.aegis;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Work with a name and, if wanted, a limit and a retry policy: what {@link Traceable}, {@link
 * HasTimeout} and {@link Retryable} say of a class, said of a lambda. Immutable.
 *
 * <pre>{@code
 * Task<Price> price = Task.of("price", scope -> prices.of(item))
 *     .withTimeout(Duration.ofMillis(300))
 *     .withRetry(RetryPolicy.fixed(3, Duration.ofMillis(20)));
 * }</pre>
 *
 * <p>However it was put together, the timeout is around the retries, and each attempt is traced.
 *
 * @param <T> the result
 */
public final class Task<T extends @Nullable Object> implements Executable<T>, Traceable {
  private final Executable<T> work;
  private final Behavior behavior;

  private Task(Executable<T> work, Behavior behavior) {
    this.work = work;
    this.behavior = behavior;
  }

  /** Names a task; a limit and a policy that its class states are kept. */
  public static <T extends @Nullable Object> Task<T> of(String name, Executable<T> work) {
    return new Task<>(work, Behavior.of(work).named(Objects.requireNonNull(name, "name")));
  }

  /**
   * The same task with a limit.
   *
   * @throws IllegalArgumentException if it isn't more than nothing
   */
  public Task<T> withTimeout(Duration limit) {
    return new Task<>(work, behavior.limitedTo(limit));
  }

  /** The same task with a retry policy. */
  public Task<T> withRetry(RetryPolicy policy) {
    return new Task<>(work, behavior.retrying(policy));
  }

  @Override
  public String traceName() {
    return behavior.name();
  }

  Behavior behavior() {
    return behavior;
  }

  /** The work alone; its behavior is for whoever runs it, {@link ExecutionScope#execute} first. */
  @Override
  public T execute(ExecutionScope scope) throws Exception {
    return work.execute(scope);
  }

  @Override
  public String toString() {
    return behavior.name();
  }
}
