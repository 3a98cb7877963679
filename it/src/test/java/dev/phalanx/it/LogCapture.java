package dev.phalanx.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Keeps what is logged below a name from some level on, and keeps it off the console. */
final class LogCapture extends Handler implements AutoCloseable {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final Level least;

  private LogCapture(Logger logger, Level least) {
    this.logger = logger;
    this.least = least;
    logger.setLevel(least);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** Warnings and worse. */
  static LogCapture of(String name) {
    return new LogCapture(Logger.getLogger(name), Level.WARNING);
  }

  /** What an operator is told of, too. */
  static LogCapture ofInfo(String name) {
    return new LogCapture(Logger.getLogger(name), Level.INFO);
  }

  /** What one line tells of each bad peer, too. */
  static LogCapture ofDebug(String name) {
    return new LogCapture(Logger.getLogger(name), Level.FINE);
  }

  /** What was logged, each with its message and the stack traces that are part of it. */
  List<String> lines() {
    SimpleFormatter formatter = new SimpleFormatter();
    return records.stream().map(formatter::formatMessage).toList();
  }

  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().intValue() >= least.intValue()) {
      records.add(entry);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setLevel(null); // its parent's again
    logger.setUseParentHandlers(true);
  }
}
