package dev.phalanx.transport;

import dev.phalanx.http.BackgroundLogger;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Watches the event loops of a server or a dialler. A platform thread that
 *
 * <ul>
 *   <li>gives a loop to its deputy when home has got no carrier for two {@link #TICK}s;
 *   <li>asks each loop for a heartbeat every second, and reports a loop that does not answer for
 *       {@link #LATE}, with its stack;
 *   <li>reports what a loop has survived; and
 *   <li>ends the process, where it may, when a loop does not answer for {@link #LAST_CHANCE} after
 *       an {@link OutOfMemoryError}.
 * </ul>
 *
 * <p>The watchdog never logs by itself, since a log may block: {@link BackgroundLogger} does.
 */
final class BlockedLoopWatchdog implements Runnable, AutoCloseable {
  private static final BackgroundLogger LOG = BackgroundLogger.of(LoggerName.TRANSPORT);

  static final Duration TICK = Duration.ofMillis(10);
  static final Duration LATE = Duration.ofSeconds(2);
  static final Duration LAST_CHANCE = Duration.ofSeconds(10);

  private static final long BEAT_EVERY = TimeUnit.SECONDS.toNanos(1);

  /** After so many ticks in which no loop has moved, the watchdog sleeps until one does. */
  private static final int TICKS_TO_SLEEP = 10;

  /** So many ticks may home be on its way: it stands in the scheduler's queue, behind handlers. */
  private static final int TICKS_AWAY = 2;

  private static final int EXIT_STATUS = 3; // as with -XX:+ExitOnOutOfMemoryError

  private static final byte[] LAST_WORDS =
      ("Hermes ends this process: an event loop has made no progress for 10 s after an"
              + " OutOfMemoryError. Give the JVM more memory (-Xmx), or lower the limits.\n")
          .getBytes(StandardCharsets.UTF_8);

  private final Thread thread;
  private final boolean mayEndProcess;
  private volatile List<Watched> all = List.of();
  private volatile boolean asleep;
  private volatile boolean closed;

  /**
   * A watchdog, not yet started.
   *
   * @param daemon whether the JVM may end while the loops run
   * @param mayEndProcess whether the process may be ended when memory has run out for good
   */
  BlockedLoopWatchdog(String name, boolean daemon, boolean mayEndProcess) {
    this.thread = Thread.ofPlatform().name(name).daemon(daemon).unstarted(this);
    this.mayEndProcess = mayEndProcess;
  }

  void start(List<VirtualEventLoop> loops) {
    all = loops.stream().map(Watched::new).toList();
    thread.start();
  }

  // ---- any thread ----

  /** A loop is at rest from now on. */
  void lookOut() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  /** The loops that have not answered for {@link #LATE}, each with what is known; often none. */
  List<String> blockedLoops() {
    if (closed) {
      return List.of();
    }
    long now = System.nanoTime();
    return all.stream().filter(each -> each.isLate(now)).map(each -> each.complaint(now)).toList();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  // ---- its thread ----

  @Override
  public void run() {
    while (!closed) {
      try {
        watch();
      } catch (Throwable t) { // out of memory: there is nothing to do but to look again
        LockSupport.parkNanos(this, TICK.toNanos());
      }
    }
  }

  private void watch() {
    long last = System.nanoTime();
    int quiet = 0;
    while (!closed) {
      LockSupport.parkNanos(this, TICK.toNanos());
      long now = System.nanoTime();
      boolean late = now - last > 2 * TICK.toNanos(); // so, perhaps, is every other thread
      last = now;
      boolean moving = false;
      List<Watched> loops = all;
      for (int i = 0; i < loops.size(); i++) {
        moving |= loops.get(i).look(now, late);
      }
      quiet = moving ? 0 : quiet + 1;
      if (quiet > TICKS_TO_SLEEP) {
        sleepUntilNextBeat(loops);
        last = System.nanoTime();
        quiet = 0;
      }
    }
  }

  private void sleepUntilNextBeat(List<Watched> loops) {
    asleep = true;
    for (int i = 0; i < loops.size(); i++) { // after setting it: else the loop wakes this thread
      if (loops.get(i).hasMoved()) {
        asleep = false;
      }
    }
    long until = System.nanoTime() + BEAT_EVERY;
    long left;
    while (asleep && !closed && (left = until - System.nanoTime()) > 0) {
      LockSupport.parkNanos(this, left);
    }
    asleep = false;
  }

  /** A loop, and what was seen of it at the last look. */
  private final class Watched {
    private final VirtualEventLoop loop;
    private long turn;
    private int away; // so many looks have found the same rest
    private long askedAt;
    private boolean reported;
    private long failureReportedAt;

    Watched(VirtualEventLoop loop) {
      this.loop = loop;
      this.askedAt = System.nanoTime();
      this.failureReportedAt = askedAt - BEAT_EVERY;
    }

    boolean hasMoved() {
      return loop.turn() != turn;
    }

    boolean isLate(long now) {
      return loop.lateBy(now) > LATE.toNanos();
    }

    String complaint(long now) {
      return name()
          + " has not turned for "
          + TimeUnit.NANOSECONDS.toMillis(loop.lateBy(now))
          + " ms";
    }

    private String name() {
      return "event loop " + loop.name();
    }

    /** Whether the loop has done anything since the last look. */
    boolean look(long now, boolean late) {
      long seen = loop.turn();
      boolean rests = (seen & 1) == 1;
      boolean same = seen == turn;
      turn = seen;
      away = rests && same && !late ? away + 1 : 0;
      if (away >= TICKS_AWAY) {
        loop.goOnWithoutHome(seen);
      }
      if (loop.owner() != null) {
        lookAtHeart(now);
      }
      return rests || !same;
    }

    private void lookAtHeart(long now) {
      if (now - askedAt >= BEAT_EVERY) {
        askedAt = now;
        loop.askForHeartbeat();
      }
      if (isLate(now) != reported) {
        reported = !reported;
        report(now);
      }
      if (loop.isOutOfMemory() && loop.lateBy(now) > LAST_CHANCE.toNanos() && mayEndProcess) {
        endProcess();
      }
      if (now - failureReportedAt >= BEAT_EVERY) { // a loop that fails in each turn: once a second
        Throwable failure = loop.takeFailure();
        if (failure != null) {
          failureReportedAt = now;
          LOG.log(Level.ERROR, "A task of an event loop failed; the event loop goes on", failure);
        }
      }
    }

    private void report(long now) {
      if (reported) {
        Thread owner = loop.owner();
        String complaint = complaint(now);
        LOG.log(Level.ERROR, () -> complaint + whatItWaitsFor(owner), null);
      } else {
        LOG.log(Level.WARN, name() + " turns again");
      }
    }
  }

  private static String whatItWaitsFor(@Nullable Thread owner) {
    if (owner == null) {
      return "";
    }
    return ". This is a fault of Hermes: please report it, with all stacks of the process (jstack)."
        + "\n"
        + ThreadStack.describe(owner);
  }

  /** Needs no memory, and no log. */
  private static void endProcess() {
    try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
      err.write(LAST_WORDS);
    } catch (IOException | OutOfMemoryError e) {
      // then without a word
    }
    Runtime.getRuntime().halt(EXIT_STATUS);
  }
}
