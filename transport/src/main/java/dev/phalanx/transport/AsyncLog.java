package dev.phalanx.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * A log for event loops. A virtual thread writes the lines, in order: the lock of an appender may
 * be held by a thread that waits for a disk or a full pipe, and an event loop must not wait for
 * that. If more than {@link #MAX_WAITING} lines wait, further ones are dropped, and counted. Any
 * thread.
 */
final class AsyncLog {
  static final int MAX_WAITING = 1_024;

  private final Logger log;
  private final Queue<Runnable> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();

  AsyncLog(Logger log) {
    this.log = log;
  }

  /** Has a line written at level debug; the arguments are formatted later. */
  void debug(String format, Object... arguments) {
    if (log.isDebugEnabled()) {
      add(() -> log.debug(format, arguments));
    }
  }

  private void add(Runnable line) {
    if (waiting.get() >= MAX_WAITING) {
      dropped.incrementAndGet();
      return;
    }
    lines.add(line);
    if (waiting.getAndIncrement() == 0) {
      Thread.ofVirtual().name("hermes-log").start(this::write);
    }
  }

  private void write() {
    do {
      writeNext();
    } while (waiting.decrementAndGet() > 0);
  }

  private void writeNext() {
    try {
      Runnable line = lines.poll();
      if (line != null) { // as many were added as are counted
        line.run();
      }
      int lost = dropped.getAndSet(0);
      if (lost > 0) {
        log.debug("{} lines were dropped here, because {} waited", lost, MAX_WAITING);
      }
    } catch (RuntimeException | Error ignored) {
      // The log can't be told that the log fails; the next line has its chance.
    }
  }
}
