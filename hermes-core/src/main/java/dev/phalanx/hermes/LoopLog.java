package dev.phalanx.hermes;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what happens on an event loop, by a virtual thread: an appender may wait for a disk or for a
 * lock, and an event loop must not. Bounded: beyond {@link #MOST_WAITING} lines that wait, lines
 * are counted and not kept. Nothing here ever throws.
 */
final class LoopLog {
  static final int MOST_WAITING = 64;

  private static final Logger log = LoggerFactory.getLogger(WsGateway.class);
  private static final Queue<Runnable> LINES = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger WAITING = new AtomicInteger();
  private static final AtomicInteger LEFT_OUT = new AtomicInteger();
  private static final BackgroundTask WRITER = new BackgroundTask("hermes-log", LoopLog::write);

  private LoopLog() {}

  /** Logs a failure of pub/sub at ERROR, soon. Any thread; never waits. */
  static void error(Throwable cause, String words) {
    hand(() -> log.error(words, cause));
  }

  /** Logs something at DEBUG, soon, if that is wanted. Any thread; never waits. */
  static void debug(Logger to, String format, Object... values) {
    if (to.isDebugEnabled()) {
      hand(() -> to.debug(format, values));
    }
  }

  private static void hand(Runnable line) {
    try {
      if (WAITING.get() < MOST_WAITING) {
        LINES.add(line);
        WAITING.incrementAndGet();
      } else {
        LEFT_OUT.incrementAndGet();
      }
      WRITER.ask();
    } catch (RuntimeException | Error e) { // no memory: a loop goes on without the line
      return;
    }
  }

  private static void write() {
    try {
      Runnable line;
      while ((line = LINES.poll()) != null) {
        WAITING.decrementAndGet();
        line.run();
      }
      int leftOut = LEFT_OUT.getAndSet(0);
      if (leftOut > 0) {
        log.warn("{} more lines of event loops were not logged", leftOut);
      }
    } catch (RuntimeException
        | Error e) { // of an appender, or no memory: the next line tries again
      return;
    }
  }
}
