package dev.phalanx.aegis;

import java.time.Duration;

/**
 * Where time comes from, so that a test can hold the clock. Methods may be called from any thread.
 */
public interface TimeSource {
  /**
   * Nanoseconds since some fixed moment; only differences mean anything ({@link System#nanoTime}).
   */
  long nanoTime();

  /**
   * Parks the calling thread until the deadline, or until it is unparked or interrupted; may return
   * for no reason, as {@link java.util.concurrent.locks.LockSupport#park} may.
   *
   * @param deadline in terms of {@link #nanoTime}
   */
  void parkUntil(long deadline);

  /**
   * Runs a short task that doesn't block, later, on a thread of the time source's own.
   *
   * @return takes the task back; does nothing if it ran
   */
  CancellationToken.Registration schedule(Runnable task, Duration delay);

  /** The system's clock. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }
}
