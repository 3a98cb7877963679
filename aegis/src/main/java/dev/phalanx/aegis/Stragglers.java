package dev.phalanx.aegis;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for threads to end, with patience that ends: then the thread is named, with its stack. */
public final class Stragglers {
  private static final Logger log = LoggerFactory.getLogger(Stragglers.class);

  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

  private Stragglers() {}

  /**
   * Waits for a thread to end; past the limit it is interrupted and, unless that ends it within a
   * second, reported. An interrupt of the calling thread doesn't cut the wait short, and is kept.
   *
   * @return whether the thread has ended
   */
  public static boolean await(Thread thread, Duration limit) {
    return awaitAll(List.of(thread), limit);
  }

  /**
   * The same for several threads, which have the limit together.
   *
   * @return whether all have ended
   */
  public static boolean awaitAll(Collection<Thread> threads, Duration limit) {
    if (joinAll(threads, limit)) {
      return true;
    }
    threads.forEach(Thread::interrupt);
    if (joinAll(threads, AFTER_INTERRUPT)) {
      return true;
    }
    threads.stream()
        .filter(Thread::isAlive)
        .forEach(thread -> report(thread, "did not end in time, nor when interrupted"));
    return false;
  }

  /** Logs a thread that should have ended: its name, what is wrong, and where it stands. */
  public static void report(Thread thread, String complaint) {
    String stack =
        Arrays.stream(thread.getStackTrace())
            .map(frame -> "\n\tat " + frame)
            .collect(Collectors.joining());
    log.warn("{} {}{}", thread.getName(), complaint, stack);
  }

  private static boolean joinAll(Collection<Thread> threads, Duration limit) {
    boolean interrupted = false;
    boolean allEnded = true;
    long deadline = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads) {
      boolean ended = false;
      long left = 1;
      while (!ended && left > 0) {
        left = deadline - System.nanoTime();
        try {
          ended = thread.join(Duration.ofNanos(Math.max(0, left)));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      allEnded &= ended;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return allEnded;
  }
}
