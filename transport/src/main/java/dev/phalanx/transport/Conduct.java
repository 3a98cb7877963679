package dev.phalanx.transport;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the handlers of one route behave on the lanes that carry them. One that holds up its lane too
 * often, or for too long at once, is moved off: its threads run on the JDK's scheduler from their
 * next wake-up on, for a while, and for longer each time. Any thread.
 */
final class Conduct {
  /** So many strikes within {@link #MEMORY}, and a route is moved off. */
  static final int STRIKES = 3;

  static final Duration MEMORY = Duration.ofMinutes(1);

  /** Held up for so long at once, it has two strikes. */
  static final Duration LONG = Duration.ofMillis(200);

  /** Held up for so long at once, it is moved off the first time. */
  static final Duration TOO_LONG = Duration.ofSeconds(1);

  /**
   * For so long in all its lane may be held up before anything but {@link #TOO_LONG} counts: its
   * first calls load classes, and compute in the interpreter.
   */
  private static final Duration ALLOWANCE = Duration.ofMillis(500);

  private static final Duration FIRST_BAN = Duration.ofMinutes(1);
  private static final Duration LONGEST_BAN = Duration.ofHours(1);
  private static final StackTraceElement[] NOWHERE = {};
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private final String route;
  private volatile boolean movedOff;
  private int strikes; // guarded by this, as is what follows
  private long firstStrike;
  private long allowance = ALLOWANCE.toNanos();
  private long until;
  private Duration ban = FIRST_BAN;

  Conduct(String route) {
    this.route = route;
  }

  boolean isMovedOff() {
    return movedOff && !mayTryAgain(System.nanoTime());
  }

  private synchronized boolean mayTryAgain(long now) {
    if (now - until >= 0) {
      movedOff = false;
    }
    return !movedOff;
  }

  /** Its lane waited for it, and then waited no longer. */
  synchronized void heldUp(long now, StackTraceElement[] where) {
    if (log.isDebugEnabled()) {
      log.debug("{} holds up its event loop, which goes on without it{}", route, at(where));
    }
    if (allowance <= 0) {
      strike(1, now, where);
    }
  }

  /** It has given way at last. */
  synchronized void gaveWay(long now, long nanos) {
    if (nanos >= TOO_LONG.toNanos()) {
      strike(STRIKES, now, NOWHERE);
    } else if (allowance > 0) {
      allowance -= nanos;
    } else if (nanos >= LONG.toNanos()) {
      strike(1, now, NOWHERE);
    }
  }

  private void strike(int count, long now, StackTraceElement[] where) {
    if (movedOff) {
      return;
    }
    if (strikes == 0 || now - firstStrike > MEMORY.toNanos()) {
      strikes = 0;
      firstStrike = now;
    }
    strikes += count;
    if (strikes >= STRIKES) {
      moveOff(now, where);
    }
  }

  private void moveOff(long now, StackTraceElement[] where) {
    until = now + ban.toNanos();
    movedOff = true;
    strikes = 0;
    log.warn(
        "{} holds up its event loop, by computing or by a blocking call that pins its thread (files,"
            + " names, native code). For the next {} s it runs on the JDK's scheduler, where a message"
            + " costs more. What computes belongs into inWorker(…).{}",
        route,
        ban.toSeconds(),
        at(where));
    Duration twice = ban.multipliedBy(2);
    ban = twice.compareTo(LONGEST_BAN) > 0 ? LONGEST_BAN : twice;
  }

  private static String at(StackTraceElement[] where) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(where.length, 8); i++) {
      text.append("\n\tat ").append(where[i]);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return route;
  }
}
