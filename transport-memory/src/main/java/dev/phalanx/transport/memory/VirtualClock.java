package dev.phalanx.transport.memory;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.aegis.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Time that stands still until {@link #advance}. Any thread. */
public final class VirtualClock implements TimeSource {
  private final PriorityQueue<Timer> timers = // guarded by this
      new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::number));
  private long now; // guarded by this
  private long numbered; // guarded by this

  /** A clock that shows zero. */
  public VirtualClock() {}

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public void parkUntil(long deadline) {
    Thread waiting = Thread.currentThread();
    Timer wakeUp;
    synchronized (
        this) { // else time could pass between the look at it and the setting of the timer
      if (deadline - now <= 0) {
        return;
      }
      wakeUp = add(deadline, new WakeUp(waiting));
    }
    LockSupport.park(this);
    remove(wakeUp);
  }

  @Override
  public synchronized Registration schedule(Runnable task, Duration delay) {
    Timer timer = add(now + delay.toNanos(), task);
    return () -> remove(timer);
  }

  /** With the lock held. */
  private Timer add(long at, Runnable task) {
    Timer timer = new Timer(at, numbered++, task);
    timers.add(timer);
    return timer;
  }

  private synchronized void remove(Timer timer) {
    timers.remove(timer);
  }

  /**
   * Lets time pass. What is due meanwhile runs in its order, each at its moment, and what it
   * schedules runs too if it is due. Timers run on the calling thread; those of lanes run on their
   * lane, and are waited for.
   */
  public void advance(Duration duration) {
    long end = nanoTime() + duration.toNanos();
    Timer next;
    while ((next = takeDue(end)) != null) {
      next.task.run();
    }
  }

  private synchronized @Nullable Timer takeDue(long end) {
    Timer next = timers.peek();
    if (next == null || next.at > end) {
      now = end;
      return null;
    }
    now = Math.max(now, next.at);
    return timers.poll();
  }

  /** How long until the next timer is due; null if none waits. */
  public synchronized @Nullable Duration untilNext() {
    Timer next = timers.peek();
    return next == null ? null : Duration.ofNanos(Math.max(0, next.at - now));
  }

  /** How many timers wait: none should when all is over. */
  public synchronized int pendingTimers() {
    return timers.size();
  }

  /** What each timer that waits is for, as far as it says: for a test that finds some left. */
  public synchronized List<String> pending() {
    return timers.stream()
        .sorted(timers.comparator())
        .map(timer -> "in " + Duration.ofNanos(timer.at - now) + ": " + timer.task)
        .toList();
  }

  private record WakeUp(Thread waiting) implements Runnable {
    @Override
    public void run() {
      LockSupport.unpark(waiting);
    }

    @Override
    public String toString() {
      return "thread \"" + waiting.getName() + "\" waits";
    }
  }

  private record Timer(long at, long number, Runnable task) {}
}
