package dev.phalanx.transport;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that no handler holds up the other connections of its lane: who is seen to run the
 * same handler twice, one {@link #TICK} apart, loses the loop to another thread. So a lane waits
 * for a handler for two ticks at most.
 *
 * <p>A thread of its own, which sleeps while the lanes do. It is no daemon, unlike those that drive
 * the loops, of which one may be stuck in a handler for good: it keeps the JVM alive until the
 * loops are closed.
 */
final class LaneWatch implements Runnable, AutoCloseable {
  static final Duration TICK = Duration.ofMillis(10);

  /** After so many ticks in which nothing was carried it sleeps until something is. */
  private static final int TICKS_TO_SLEEP = 100;

  /** So many ticks in which a handler neither computed nor waited are its fault all the same. */
  private static final int TICKS_OF_NOTHING = 5;

  /**
   * So many, where handlers run on the JDK's scheduler, in whose queue the loop's thread stands.
   */
  private static final int TICKS_ELSEWHERE = 2;

  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final Map<String, Conduct> conducts = new ConcurrentHashMap<>(); // one for each route
  private final Thread thread;
  private volatile List<LaneLoop> loops = List.of();
  private volatile boolean asleep;
  private volatile boolean closed;

  LaneWatch(String name) {
    this.thread = Thread.ofPlatform().name(name).daemon(false).unstarted(this);
  }

  void start(List<LaneLoop> watched) {
    loops = watched;
    thread.start();
  }

  // ---- any thread ----

  /** How handlers of a route behave. */
  Conduct conduct(String route) {
    Conduct known = conducts.get(route);
    return known != null ? known : conducts.computeIfAbsent(route, Conduct::new);
  }

  /** A loop lets handlers run. */
  void lookOut() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  // ---- its thread ----

  @Override
  public void run() {
    List<Watched> all = loops.stream().map(Watched::new).toList();
    long last = System.nanoTime();
    int quiet = 0;
    while (!closed) {
      LockSupport.parkNanos(this, TICK.toNanos());
      long now = System.nanoTime();
      boolean late = now - last > 2 * TICK.toNanos(); // so, perhaps, is everybody else
      last = now;
      boolean moving = false;
      for (Watched each : all) {
        moving |= each.look(now, late);
      }
      quiet = moving ? 0 : quiet + 1;
      if (quiet > TICKS_TO_SLEEP) {
        sleep(all);
        last = System.nanoTime();
        quiet = 0;
      }
    }
  }

  private void sleep(List<Watched> all) {
    asleep = true;
    if (all.stream().anyMatch(Watched::hasMoved)) { // after setting it: else the loop wakes it
      asleep = false;
    }
    while (asleep && !closed) {
      LockSupport.park(this);
    }
  }

  /** What was seen of a loop at the last look. */
  private static final class Watched {
    private final LaneLoop loop;
    private long turn;
    private long cpu; // of its driver, in nanoseconds
    private int held; // so many looks have found the same handler

    Watched(LaneLoop loop) {
      this.loop = loop;
    }

    boolean hasMoved() {
      return loop.turn() != turn;
    }

    /** Whether it has carried something since the last look. */
    boolean look(long now, boolean late) {
      long seen = loop.turn();
      boolean carries = (seen & 1) == 1;
      boolean same = seen == turn;
      Thread driver = loop.driver();
      if (carries && driver != null) {
        held = same && !late ? held + 1 : 0;
        if (loop.isSeenByCpuTime()) {
          long before = cpu;
          cpu = CPU.getThreadCpuTime(driver.threadId());
          boolean computes = cpu - before >= TICK.toNanos() / 2;
          judge(now, held > 0 && (computes || driver.getState() != Thread.State.RUNNABLE));
        } else {
          judge(now, held >= TICKS_ELSEWHERE);
        }
      }
      turn = seen;
      return carries || !same;
    }

    /**
     * Goes on without a handler.
     *
     * @param its whether it is the handler's fault: else the machine may have had no time for it
     */
    private void judge(long now, boolean its) {
      if (its || held >= TICKS_OF_NOTHING) {
        Carriage late = loop.heldUpBy();
        if (loop.goOnWithout(turn, now - held * TICK.toNanos()) && late != null && its) {
          late.heldUp();
        }
      }
    }
  }
}
