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
   * Waits for threads to end, as {@link #await} does; the limit is for all of them together.
   *
   * @return whether all have ended
   */
  public static boolean awaitAll(Collection<Thread> threads, Duration limit) {
    return awaitAll(threads, limit, () -> {});
  }

  /**
   * Waits for threads to end, as {@link #awaitAll(Collection, Duration)} does.
   *
   * @param whenLate done once, past the limit and before anything is interrupted: what lets go of
   *     those that only wait for something else; not done if all have ended
   * @return whether all have ended
   */
  public static boolean awaitAll(Collection<Thread> threads, Duration limit, Runnable whenLate) {
    List<Thread> late = running(threads, limit);
    if (late.isEmpty()) {
      return true;
    }
    whenLate.run();
    late.forEach(Thread::interrupt);
    List<Thread> stuck = running(late, Duration.ofSeconds(1));
    stuck.forEach(t -> report(t, "did not end within " + limit + ", nor when interrupted"));
    return stuck.isEmpty();
  }

  /** Logs a thread that should have ended: its name, what is wrong, and where it stands. */
  public static void report(Thread thread, String complaint) {
    String stack =
        Arrays.stream(thread.getStackTrace())
            .map(frame -> "\n\tat " + frame)
            .collect(Collectors.joining());
    log.warn("{} {}{}", thread.getName(), complaint, stack);
  }

  /** Those of the threads that are still running when the time is over. */
  private static List<Thread> running(Collection<Thread> threads, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    return threads.stream().filter(thread -> !join(thread, deadline)).toList();
  }

  private static boolean join(Thread thread, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        long left = Math.max(1, deadline - System.nanoTime());
        try {
          return thread.join(Duration.ofNanos(left));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
