package dev.phalanx.aegis;

import java.time.Duration;
import java.util.Arrays;
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
    if (join(thread, limit)) {
      return true;
    }
    thread.interrupt();
    if (join(thread, Duration.ofSeconds(1))) {
      return true;
    }
    report(thread, "did not end within " + limit + ", nor when interrupted");
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

  private static boolean join(Thread thread, Duration limit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
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
