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
 * moment at which it will wake anyhow. It keeps to that moment when the timer that asked for it is
 * taken back, so that limits of one length, set and taken back over and over, wake it once in that
 * length.
 */
final class Timers {
  private static final Logger log = LoggerFactory.getLogger(Timers.class);

  /** Further ahead than anybody waits, and near enough for differences of nanoTime. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final ConcurrentSkipListMap<Timer, Runnable> timers = new ConcurrentSkipListMap<>();
  private final AtomicLong order = new AtomicLong();
  private final Thread thread;
  private final AtomicLong wakesAt = new AtomicLong(System.nanoTime() + FOREVER);

  Timers(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::fire);
  }

  CancellationToken.Registration schedule(Runnable task, Duration delay) {
    long nanos = Math.min(saturatedNanos(delay), FOREVER / 2);
    Timer timer = new Timer(System.nanoTime() + nanos, order.incrementAndGet());
    timers.put(timer, task);
    if (isToWakeAt(timer.due)) {
      LockSupport.unpark(thread);
    }
    return () -> timers.remove(timer);
  }

  private static long saturatedNanos(Duration delay) {
    return delay.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : delay.toNanos();
  }

  /** Makes it wake at a moment, if it would later; whether that was so. */
  private boolean isToWakeAt(long due) {
    for (long until = wakesAt.get(); due - until < 0; until = wakesAt.get()) {
      if (wakesAt.compareAndSet(until, due)) {
        return true;
      }
    }
    return false;
  }

  /**
   * It forgets when it is to wake, and only then looks: who sets a timer after the look finds it
   * forgotten, and says when.
   */
  private void fire() {
    while (true) {
      sleep();
      wakesAt.set(System.nanoTime() + FOREVER);
      Map.Entry<Timer, Runnable> first = timers.firstEntry();
      while (first != null && first.getKey().due - System.nanoTime() <= 0) {
        if (timers.remove(first.getKey(), first.getValue())) {
          run(first.getValue());
        }
        first = timers.firstEntry();
      }
      if (first != null) {
        isToWakeAt(first.getKey().due);
      }
    }
  }

  private void sleep() {
    long left = wakesAt.get() - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(this, left);
      left = wakesAt.get() - System.nanoTime();
    }
  }

  /** How many are neither fired nor taken back. */
  int size() {
    return timers.size();
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
