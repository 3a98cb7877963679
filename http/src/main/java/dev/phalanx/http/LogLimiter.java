package dev.phalanx.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Limits how often a line is logged that peers can cause: the first is logged at once, then one in
 * each interval, with the number of those that were left out. Any thread, without locks.
 */
public final class LogLimiter {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final long interval;
  private final LongSupplier nanoTime;
  private final AtomicLong next; // when a line may be logged again
  private final AtomicLong omitted = new AtomicLong();

  /** One line in 10 seconds. */
  public LogLimiter() {
    this(INTERVAL, System::nanoTime);
  }

  LogLimiter(Duration interval, LongSupplier nanoTime) {
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Logs a line at info, or counts it. */
  public void info(Logger log, String format, Object... arguments) {
    if (log.isInfoEnabled() && mayLog()) {
      log.info(withOmitted(format), arguments);
    }
  }

  /** The same for event loops, which must not wait for a log. */
  public void info(BackgroundLogger log, String format, Object... arguments) {
    if (log.isEnabled(Level.INFO) && mayLog()) {
      log.info(withOmitted(format), arguments);
    }
  }

  /** The same as a warning. */
  public void warn(BackgroundLogger log, String format, Object... arguments) {
    if (log.isEnabled(Level.WARN) && mayLog()) {
      log.warn(withOmitted(format), arguments);
    }
  }

  private boolean mayLog() {
    long due = next.get();
    long now = nanoTime.getAsLong();
    if (now - due >= 0 && next.compareAndSet(due, now + interval)) {
      return true;
    }
    omitted.incrementAndGet();
    return false;
  }

  private String withOmitted(String format) {
    long count = omitted.getAndSet(0);
    return count == 0 ? format : format + " (and " + count + " more like this)";
  }
}
