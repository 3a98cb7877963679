package dev.phalanx.transport;

import dev.phalanx.http.BackgroundLogger;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Keeps virtual threads running while some of them hold all carriers, by computing or by blocking
 * where the JDK can't unmount a thread. A probe, a virtual thread that does nothing, is started
 * again and again. A probe that has not run for {@link #STARVED}, while no event loop has had a
 * carrier either, is starvation: the guard raises the parallelism of the JDK's scheduler, by a
 * bounded step, and logs which threads hold the carriers. When virtual threads have had carriers
 * for a while, the guard lowers the parallelism again: a parallelism above the number of processors
 * costs time with each message.
 *
 * <p>A late probe alone is no starvation: on a processor with too much to do it waits in a queue
 * that moves. More carriers would not help there.
 *
 * <p>The scheduler is the process's, and so is the guard: the first {@link #acquire} starts it, the
 * last {@link #release} ends it, and gives the scheduler the parallelism that it had.
 */
final class StarvationGuard implements Runnable {
  static final long STARVED = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * Starvation for so long makes the guard act. The first requests of a JVM seldom take longer,
   * although they load classes, and no code is compiled yet.
   */
  private static final long SURE = 2 * STARVED;

  /** A thread that keeps its carrier for so long during starvation is named. */
  static final long HELD = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long LOOK = STARVED / 2;
  private static final long CALM = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_CALM = TimeUnit.MINUTES.toNanos(1);
  private static final long REPORT_EVERY = TimeUnit.MINUTES.toNanos(1);
  private static final long SUSPECT_EVERY = TimeUnit.SECONDS.toNanos(5);
  private static final int NAMED = 8; // so many threads does a report name

  /** The JDK's own bound on carriers. */
  private static final int MOST_CARRIERS =
      Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize", 256);

  /** A server whose handlers and event loops are virtual threads. */
  interface Guarded {
    /** The threads of the handlers: those that hold a carrier for long are named in the log. */
    Set<Thread> handlers();

    /** Grows whenever one of the event loops has had a carrier. */
    long homeTurns();
  }

  private static final BackgroundLogger LOG = BackgroundLogger.of(LoggerName.TRANSPORT);

  /** Held by a guard from its beginning to its end, so that the next one finds what it restores. */
  private static final Object TURN = new Object();

  private static @Nullable StarvationGuard running; // guarded by the class
  private static final List<Guarded> SERVERS = new CopyOnWriteArrayList<>();

  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final Thread thread =
      Thread.ofPlatform().name("hermes-starvation-guard").daemon(true).unstarted(this);
  private volatile boolean closed;
  private volatile boolean probeRuns = true; // or has run, or could not be started
  private int normal; // the parallelism that the scheduler had
  private long probedAt;
  private long homeTurns; // of all servers
  private long turnedAt; // when this thread saw them grow
  private long changedAt; // when the parallelism was raised or lowered last
  private long heldAt; // when more threads had carriers than there normally are
  private long calmFor = CALM; // so long must it be calm before the parallelism is lowered
  private long suspectedAt;
  private long nextReport;
  private List<Thread> suspects = List.of(); // the handlers that had carriers at suspectedAt
  private boolean hasLowered; // since the parallelism was raised last
  private boolean hasReported; // since the parallelism was normal

  private StarvationGuard() {}

  /**
   * Begins to guard, for a server.
   *
   * @param server what the guard needs to know of it
   */
  static synchronized void acquire(Guarded server) {
    if (running == null) {
      StarvationGuard guard = new StarvationGuard();
      guard.thread.start();
      running = guard; // after it: a guard whose thread could not be started isn't one
    }
    SERVERS.add(server);
  }

  /** Ends what {@link #acquire} began; once for each. */
  static synchronized void release(Guarded server) {
    SERVERS.remove(server);
    if (SERVERS.isEmpty() && running != null) {
      running.closed = true;
      LockSupport.unpark(running.thread);
      running = null;
    }
  }

  @Override
  public void run() {
    synchronized (TURN) {
      normal = scheduler.getParallelism();
      guard();
      restore();
    }
  }

  private void guard() {
    long now = System.nanoTime();
    nextReport = now;
    turnedAt = now;
    while (!closed) {
      LockSupport.parkNanos(this, LOOK);
      long before = now;
      now = System.nanoTime();
      try {
        look(now, now - before > 2 * LOOK);
      } catch (Throwable t) { // out of memory, or of threads: looks again
        changedAt = now;
      }
    }
  }

  private synchronized void restore() {
    scheduler.setParallelism(normal);
  }

  /** Raises the parallelism, unless this is late: then the guard has restored it, or will. */
  private synchronized void raiseTo(int raised) {
    if (!closed) {
      scheduler.setParallelism(raised);
    }
  }

  /** Starts a probe. */
  private void probe(long now) {
    probeRuns = false;
    probedAt = now;
    try {
      Thread.ofVirtual().name("hermes-probe").start(() -> probeRuns = true);
    } catch (Throwable e) { // no memory for a thread, which says nothing about carriers
      probeRuns = true;
      throw e;
    }
  }

  /**
   * Looks after the probe.
   *
   * @param late whether this thread had no processor for a while; so, perhaps, had no other
   */
  private void look(long now, boolean late) {
    int parallelism = scheduler.getParallelism();
    int mounted = scheduler.getMountedVirtualThreadCount();
    if (!suspects.isEmpty() && now - suspectedAt >= HELD) {
      reportHolders(now, parallelism);
    }
    if (mounted > normal) {
      heldAt = now;
    }
    lookAtLoops(now);
    if (probeRuns) {
      probe(now);
    } else if (starvedFor(now) >= SURE && !late && mounted >= parallelism) {
      if (now - changedAt >= STARVED) { // else the last step has not had its time
        raise(now, parallelism);
      }
      return;
    }
    if (parallelism > normal) {
      lowerIfCalm(now, parallelism);
    }
  }

  private void lookAtLoops(long now) {
    long turns = 0;
    for (Guarded server : SERVERS) {
      turns += server.homeTurns();
    }
    if (turns != homeTurns) {
      homeTurns = turns;
      turnedAt = now;
    }
  }

  /** So long has no virtual thread got a carrier, as far as this guard can see. */
  private long starvedFor(long now) {
    return Math.min(now - probedAt, now - turnedAt);
  }

  private void raise(long now, int parallelism) {
    long queued = scheduler.getQueuedVirtualThreadCount();
    int step = (int) Math.clamp(queued, processors, 4L * processors);
    int raised = Math.min(parallelism + step, Math.max(MOST_CARRIERS, parallelism));
    if (hasLowered && now - changedAt < calmFor) {
      calmFor = Math.min(2 * calmFor, LONGEST_CALM); // lowered too soon
    }
    hasLowered = false;
    changedAt = now;
    raiseOnNewThread(raised);
    LOG.log(
        Level.DEBUG,
        "Virtual threads have got no carrier for "
            + TimeUnit.NANOSECONDS.toMillis(starvedFor(now))
            + " ms: the parallelism of the scheduler becomes "
            + raised);
    if (now - nextReport >= 0) {
      nextReport = now + SUSPECT_EVERY;
      suspectedAt = now;
      suspects = holders();
    }
  }

  /**
   * Raises the parallelism, and has the scheduler notice. Its pool looks for work when a task comes
   * to an empty queue, and each platform thread has a queue of its own there: so a new thread
   * starts a virtual one. If that thread can't be created, no carrier could be: then the
   * parallelism stays, since each wake-up of a virtual thread would try in vain to create one, and
   * wait.
   */
  private void raiseOnNewThread(int raised) {
    Thread.ofPlatform()
        .name("hermes-nudge")
        .daemon(true)
        .start(() -> {
          raiseTo(raised);
          Thread.ofVirtual().name("hermes-probe").start(() -> {});
        });
  }

  /**
   * Lowers the parallelism: at once when no thread has needed more carriers than there normally are
   * for a second, else by half of what was added, to see whether fewer are enough.
   */
  private void lowerIfCalm(long now, int parallelism) {
    boolean free = now - heldAt >= CALM;
    if (!free && now - changedAt < calmFor) {
      return;
    }
    int lowered = free ? normal : normal + (parallelism - normal) / 2;
    scheduler.setParallelism(lowered);
    changedAt = now;
    hasLowered = true;
    if (lowered == normal && hasReported) {
      LOG.log(Level.INFO, "The parallelism of the scheduler is " + normal + " again");
      hasReported = false;
    }
    if (free) {
      calmFor = CALM;
    }
  }

  /** Names the suspects that still have a carrier. */
  private void reportHolders(long now, int parallelism) {
    List<Thread> held = suspects.stream().filter(ThreadStack::isMounted).limit(NAMED).toList();
    suspects = List.of();
    if (held.isEmpty()) {
      return;
    }
    nextReport = now + REPORT_EVERY;
    hasReported = true;
    StringBuilder text =
        new StringBuilder("Virtual threads had to wait for one of the ")
            .append(normal)
            .append(
                " carriers: threads that compute, or block in files, host names or native code,")
            .append(" hold them. The parallelism of the scheduler is ")
            .append(parallelism)
            .append(" until they are done. Remedy: inWorker(…) around such work, or")
            .append(
                " onPlatformThreads(…) for its route. These threads have held carriers for half a second:");
    held.forEach(holder -> text.append('\n').append(ThreadStack.describe(holder)));
    LOG.log(Level.WARN, text.toString());
  }

  /** Some handlers that have a carrier now. */
  private static List<Thread> holders() {
    return SERVERS.stream()
        .flatMap(server -> server.handlers().stream())
        .filter(ThreadStack::isMounted)
        .limit(MOST_CARRIERS)
        .toList();
  }
}
