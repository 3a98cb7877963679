package dev.phalanx.aegis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The system's clock, and one daemon thread that fires timers. */
final class SystemTime implements TimeSource {
  static final SystemTime INSTANCE = new SystemTime();

  private final Timers timers = new Timers("hermes-timer");

  private SystemTime() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void parkUntil(long deadline) {
    LockSupport.parkNanos(this, deadline - System.nanoTime());
  }

  @Override
  public CancellationToken.Registration schedule(Runnable task, Duration delay) {
    return timers.schedule(task, delay);
  }
}
