package dev.phalanx.aegis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;

/**
 * How often a task that failed is run again, and after which delays. Immutable.
 *
 * <p>Cancellation is never retried, nor is an interrupt or an {@link Error}.
 *
 * @param attempts how often the task is run in all, the first time included
 * @param firstDelay the delay before the second attempt, zero to 365 days
 * @param growth how the delay grows from attempt to attempt
 * @param maxDelay what no delay exceeds, zero to 365 days
 * @param jitter whether a delay is drawn at random between zero and what it would be ("full
 *     jitter"), so that those who failed together don't come back together
 * @param retryingOn which exceptions are worth another attempt, by class
 */
public record RetryPolicy(
    int attempts,
    Duration firstDelay,
    Growth growth,
    Duration maxDelay,
    boolean jitter,
    Set<Class<? extends Exception>> retryingOn) {
  /** How a delay grows. */
  public enum Growth {
    /** It stays. */
    FIXED,
    /** By the first delay, each time. */
    LINEAR,
    /** It doubles. */
    EXPONENTIAL
  }

  /** No delay is longer, unless the policy says so. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(30);

  private static final Duration LONGEST = Duration.ofDays(365);

  /** Checks what it is given. */
  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be 1 or more, not " + attempts);
    }
    checkDelay("firstDelay", firstDelay);
    checkDelay("maxDelay", maxDelay);
    if (retryingOn.isEmpty()) {
      throw new IllegalArgumentException("retryingOn must name an exception");
    }
    retryingOn = Set.copyOf(retryingOn);
  }

  private static void checkDelay(String name, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be 0 to %s, not %s".formatted(name, LONGEST, delay));
    }
  }

  /** Attempts with the same delay between any two. */
  public static RetryPolicy fixed(int attempts, Duration delay) {
    return of(attempts, delay, Growth.FIXED);
  }

  /** Attempts with delays of 1, 2, 3… times the first. */
  public static RetryPolicy linear(int attempts, Duration firstDelay) {
    return of(attempts, firstDelay, Growth.LINEAR);
  }

  /** Attempts with delays of 1, 2, 4, 8… times the first. */
  public static RetryPolicy exponential(int attempts, Duration firstDelay) {
    return of(attempts, firstDelay, Growth.EXPONENTIAL);
  }

  private static RetryPolicy of(int attempts, Duration delay, Growth growth) {
    Duration longest = growth == Growth.FIXED ? delay : max(delay, MAX_DELAY);
    return new RetryPolicy(attempts, delay, growth, longest, false, Set.of(Exception.class));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The same with another bound for its delays, 365 days at most; 30 s unless set. */
  public RetryPolicy withMaxDelay(Duration longest) {
    return new RetryPolicy(attempts, firstDelay, growth, longest, jitter, retryingOn);
  }

  /** The same with delays drawn at random between zero and what they would be. */
  public RetryPolicy withJitter() {
    return new RetryPolicy(attempts, firstDelay, growth, maxDelay, true, retryingOn);
  }

  /** The same for these exceptions and their subclasses only. */
  @SafeVarargs
  @SuppressWarnings("varargs") // Set.of only reads the array
  public final RetryPolicy retryingOn(Class<? extends Exception>... exceptions) {
    Set<Class<? extends Exception>> distinct = new HashSet<>();
    for (Class<? extends Exception> exception : exceptions) {
      distinct.add(exception);
    }
    return new RetryPolicy(attempts, firstDelay, growth, maxDelay, jitter, distinct);
  }

  /** Whether a failure is worth another attempt, if there is one left. */
  public boolean retries(Exception failure) {
    return !(failure instanceof CancellationException)
        && !(failure instanceof InterruptedException)
        && retryingOn.stream().anyMatch(type -> type.isInstance(failure));
  }

  /**
   * How long to wait before another attempt.
   *
   * @param failed how many attempts have failed, 1 or more
   * @param random what the jitter is drawn from
   */
  public Duration delayAfter(int failed, RandomGenerator random) {
    Duration longest = min(grown(failed), maxDelay);
    return jitter && longest.isPositive()
        ? Duration.ofNanos(random.nextLong(longest.toNanos() + 1))
        : longest;
  }

  private Duration grown(int failed) {
    try {
      return switch (growth) {
        case FIXED -> firstDelay;
        case LINEAR -> firstDelay.multipliedBy(failed);
        case EXPONENTIAL -> firstDelay.multipliedBy(1L << Math.min(failed - 1, 62));
      };
    } catch (ArithmeticException e) { // longer than a Duration can say
      return maxDelay;
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
