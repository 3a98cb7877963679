package dev.phalanx.styx;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Time that passes when the test says so. Timers fire on the test's own thread. */
final class HeldClock implements TimeSource {
  private record Timer(long due, long order, Runnable task) {}

  private static final long START = Long.MAX_VALUE - 1_000; // it will overflow: it may

  private final AtomicLong now = new AtomicLong(START);
  private final AtomicLong order = new AtomicLong();
  private final Set<Thread> sleepers = ConcurrentHashMap.newKeySet();
  private final AtomicLong parkings = new AtomicLong();
  private final Set<Timer> timers = ConcurrentHashMap.newKeySet();

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public void parkUntil(long deadline) {
    sleepers.add(Thread.currentThread());
    parkings.incrementAndGet();
    if (now.get() - deadline < 0) {
      LockSupport.park(this);
    }
    sleepers.remove(Thread.currentThread());
  }

  @Override
  public CancellationToken.Registration schedule(Runnable task, Duration delay) {
    Timer timer = new Timer(now.get() + delay.toNanos(), order.incrementAndGet(), task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  /** How many timers are neither fired nor taken back. */
  int timers() {
    return timers.size();
  }

  /** Waits until so many threads sleep. */
  void hasSleepers(int count) {
    Eventually.until(() -> sleepers.size() == count);
  }

  /** Waits until a thread has gone to sleep so many times, counted from the beginning. */
  void hasSeenParkings(int count) {
    Eventually.until(() -> parkings.get() >= count);
  }

  /** How often a thread has gone to sleep, counted from the beginning. */
  long parkings() {
    return parkings.get();
  }

  /** Wakes all sleepers, for no reason. */
  void wakeForNoReason() {
    sleepers.forEach(LockSupport::unpark);
  }

  /** Advances to so long after the clock was made. */
  void advanceTo(Duration sinceStart) {
    advance(Duration.ofNanos(START + sinceStart.toNanos() - now.get()));
  }

  void advance(Duration duration) {
    long target = now.get() + duration.toNanos();
    for (Timer next = nextBefore(target); next != null; next = nextBefore(target)) {
      now.set(next.due());
      timers.remove(next);
      next.task().run();
    }
    now.set(target);
    sleepers.forEach(LockSupport::unpark);
  }

  private Timer nextBefore(long target) {
    return timers.stream()
        .filter(timer -> timer.due() - target <= 0)
        .min(
            Comparator.<Timer>comparingLong(timer -> timer.due() - target)
                .thenComparingLong(Timer::order))
        .orElse(null);
  }
}
