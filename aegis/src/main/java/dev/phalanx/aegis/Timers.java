package dev.phalanx.aegis;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers that hardly ever fire: limits, mostly, that are taken back in time. So setting one is made
 * cheap: no lock, and the thread that fires them is woken only for one that is due before the
 * moment for which it sleeps. It sleeps on when that one is taken back: later ones cost it nothing.
 */
final class Timers {
  private static final Logger log = LoggerFactory.getLogger(Timers.class);

  /** Further ahead than anybody waits, and near enough for differences of nanoTime. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final ConcurrentSkipListMap<Timer, Runnable> timers = new ConcurrentSkipListMap<>();
  private final AtomicLong order = new AtomicLong();
  private final Thread thread;
  private volatile long sleepsUntil;

  Timers(String name) {
    sleepsUntil = System.nanoTime() + FOREVER;
    thread = Thread.ofPlatform().daemon().name(name).start(this::fire);
  }

  CancellationToken.Registration schedule(Runnable task, Duration delay) {
    long nanos = Math.min(saturatedNanos(delay), FOREVER / 2);
    Timer timer = new Timer(System.nanoTime() + nanos, order.incrementAndGet());
    timers.put(timer, task);
    if (timer.due - sleepsUntil < 0) {
      LockSupport.unpark(thread);
    }
    return () -> timers.remove(timer);
  }

  private static long saturatedNanos(Duration delay) {
    return delay.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : delay.toNanos();
  }

  /**
   * It announces until when it will sleep, and only then looks: who sets a timer after the look has
   * seen the announcement, and wakes it if that would be too late.
   */
  private void fire() {
    while (true) {
      sleepsUntil = System.nanoTime() + FOREVER;
      Map.Entry<Timer, Runnable> first = timers.firstEntry();
      long left = first == null ? FOREVER : first.getKey().due - System.nanoTime();
      if (left > 0) {
        sleepsUntil = System.nanoTime() + left;
        LockSupport.parkNanos(this, left);
      } else if (first != null && timers.remove(first.getKey(), first.getValue())) {
        run(first.getValue());
      }
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) { // the thread is everybody's
      log.error("A timer failed", e);
    }
  }

  /** By when it is due; two of the same moment are two timers. */
  private record Timer(long due, long order) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      long later = due - other.due; // as nanoTime wants it: it may wrap round
      return later != 0 ? Long.signum(later) : Long.compare(order, other.order);
    }
  }
}
