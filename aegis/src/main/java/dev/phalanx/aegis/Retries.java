package dev.phalanx.aegis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Runs a task until it succeeds or its policy has had enough, on the calling thread. */
final class Retries {
  /** How many earlier failures the last one carries: a reader wants a few, memory has an end. */
  private static final int REMEMBERED = 8;

  private final Deque<Exception> earlier = new ArrayDeque<>();
  private final LiveScope scope;
  private final RetryPolicy policy;
  private final BiFunction<LiveScope, String, LiveScope> parts;

  /**
   * Retries in a scope.
   *
   * @param parts the scope of an attempt, by its name
   */
  Retries(LiveScope scope, RetryPolicy policy, BiFunction<LiveScope, String, LiveScope> parts) {
    this.scope = scope;
    this.policy = policy;
    this.parts = parts;
  }

  /** The value of the first attempt that succeeds; or the last failure, with earlier ones in it. */
  <T extends @Nullable Object> T run(Dispatch.Work<T> attempt) throws Exception {
    for (int number = 1; ; number++) {
      try (LiveScope part = parts.apply(scope, "attempt-" + number)) {
        return attempt.run(part);
      } catch (Exception e) {
        if (number >= policy.attempts() || !policy.retries(e) || scope.isCancelled()) {
          throw withEarlier(e);
        }
        remember(e);
      }
      pauseAfter(number);
    }
  }

  private void pauseAfter(int failed) throws InterruptedException {
    try {
      scope.delay(policy.delayAfter(failed, ThreadLocalRandom.current()));
      scope.throwIfCancelled(); // a delay that is over doesn't look
    } catch (CancellationException | InterruptedException e) {
      earlier.forEach(e::addSuppressed);
      throw e;
    }
  }

  private void remember(Exception failure) {
    if (earlier.size() == REMEMBERED) {
      earlier.removeFirst();
    }
    earlier.addLast(failure);
  }

  @SuppressWarnings("ReferenceEquality") // a throwable can't be suppressed in itself
  private Exception withEarlier(Exception last) {
    earlier.stream().distinct().filter(e -> e != last).forEach(last::addSuppressed);
    return last;
  }
}
