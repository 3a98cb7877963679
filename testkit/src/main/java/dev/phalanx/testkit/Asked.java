package dev.phalanx.testkit;

import dev.phalanx.http.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request that was made in memory.
 *
 * @param <T> what the test has in its hand where it comes to an upgrade
 */
final class Asked<T> {
  volatile @Nullable MemoryExchange exchange;
  volatile @Nullable T opened; // before there is an answer

  /**
   * Waits for the answer.
   *
   * @throws TimeoutException if it isn't there in time
   */
  Response answer(Duration limit) throws InterruptedException, TimeoutException {
    try {
      return made().answer().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /** What was opened; null if it was refused. */
  @Nullable T opened() {
    return opened;
  }

  /** Nobody waits for the answer any more. */
  void abandon() {
    made().abandon();
  }

  /** The thread that answers, and where it stands. */
  String handler() {
    return Stacks.of("the handler", made().thread());
  }

  private MemoryExchange made() {
    return Objects.requireNonNull(exchange);
  }
}
