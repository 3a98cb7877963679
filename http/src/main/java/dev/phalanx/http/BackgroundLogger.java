package dev.phalanx.http;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger for event loops, and for other threads that must not wait. An appender may block: for a
 * full pipe, or for a lock that a waiting thread holds. So the daemon thread {@code hermes-log}
 * writes the lines, in the order in which one thread gave them.
 *
 * <p>At most {@link #MOST} lines wait. Further ones are dropped, and the next line says how many.
 * Any thread; never blocks, and never throws.
 */
public final class BackgroundLogger {
  /** So many lines wait at most. */
  public static final int MOST = 1_024;

  private static final Queue<Line> LINES = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger waiting = new AtomicInteger();
  private static final AtomicInteger dropped = new AtomicInteger();
  private static final Thread WRITER =
      Thread.ofPlatform().name("hermes-log").daemon(true).start(BackgroundLogger::writeLines);

  private final Logger log;

  private BackgroundLogger(Logger log) {
    this.log = log;
  }

  /** A logger of this name. */
  public static BackgroundLogger of(String name) {
    return new BackgroundLogger(LoggerFactory.getLogger(name));
  }

  /** Whether lines of this level are wanted. Takes no lock where the logging library takes none. */
  public boolean isEnabled(Level level) {
    return log.isEnabledForLevel(level);
  }

  /** Has a line written at level debug; the arguments are formatted later. */
  public void debug(String format, Object... arguments) {
    log(Level.DEBUG, () -> MessageFormatter.basicArrayFormat(format, arguments), null);
  }

  /** The same at level info. */
  public void info(String format, Object... arguments) {
    log(Level.INFO, () -> MessageFormatter.basicArrayFormat(format, arguments), null);
  }

  /** The same at level warn. */
  public void warn(String format, Object... arguments) {
    log(Level.WARN, () -> MessageFormatter.basicArrayFormat(format, arguments), null);
  }

  /** Has a line written. */
  public void log(Level level, String text) {
    log(level, () -> text, null);
  }

  /** Has a line written, with the stack trace of what was thrown. */
  public void log(Level level, String text, @Nullable Throwable thrown) {
    log(level, () -> text, thrown);
  }

  /**
   * Has a line written.
   *
   * @param text is called on the writing thread, if the level is enabled
   */
  public void log(Level level, Supplier<String> text, @Nullable Throwable thrown) {
    try {
      if (!log.isEnabledForLevel(level)) {
        return;
      }
      if (waiting.incrementAndGet() > MOST) {
        waiting.decrementAndGet();
        dropped.incrementAndGet();
        return;
      }
      add(new Line(log, level, text, thrown));
    } catch (Throwable t) { // out of memory: the line is lost, its sender is not
      dropped.incrementAndGet();
    }
  }

  private static void add(Line line) {
    boolean added = false;
    try {
      LINES.add(line);
      added = true;
    } finally {
      if (!added) {
        waiting.decrementAndGet();
      }
    }
    LockSupport.unpark(WRITER);
  }

  private static void writeLines() {
    // Loads the class: a class can't be loaded when files or memory have run out, which is what a
    // line may have to say.
    Objects.requireNonNull(Line.class);
    while (true) {
      try {
        Line line = LINES.poll();
        if (line == null) {
          LockSupport.park(LINES);
        } else {
          waiting.decrementAndGet();
          line.write();
        }
      } catch (Throwable t) { // of a logging library, or out of memory: that line is lost
        dropped.incrementAndGet();
      }
    }
  }

  private record Line(Logger log, Level level, Supplier<String> text, @Nullable Throwable thrown) {
    void write() {
      int lost = dropped.getAndSet(0);
      if (lost > 0) {
        log.warn("{} lines of the log were lost: more than {} waited", lost, MOST);
      }
      log.atLevel(level).setCause(thrown).log(text.get());
    }
  }
}
