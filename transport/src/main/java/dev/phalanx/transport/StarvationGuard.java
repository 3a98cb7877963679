package dev.phalanx.transport;

import dev.phalanx.http.BackgroundLogger;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Keeps virtual threads running while some of them hold all carriers, by computing or by blocking
 * where the JDK can't unmount a thread. A probe, a virtual thread that does nothing, is started
 * again and again. A probe that has not run for {@link #STARVED} is starvation: the guard raises
 * the parallelism of the JDK's scheduler, by a bounded step, and logs which threads hold the
 * carriers. When virtual threads have had carriers for a while, the guard lowers the parallelism
 * again: a parallelism above the number of processors costs time with each message.
 *
 * <p>The scheduler is the process's, and so is the guard: the first {@link #acquire} starts it, the
 * last {@link #release} ends it, and gives the scheduler the parallelism that it had.
 */
final class StarvationGuard implements Runnable {
  static final long STARVED = TimeUnit.MILLISECONDS.toNanos(50);

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

  private static final BackgroundLogger LOG = BackgroundLogger.of(LoggerName.TRANSPORT);

  private static @Nullable StarvationGuard running; // guarded by the class, as is users
  private static int users;

  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final int normal = scheduler.getParallelism();
  private final Thread thread =
      Thread.ofPlatform().name("hermes-starvation-guard").daemon(true).unstarted(this);
  private volatile boolean closed;
  private volatile boolean probeRuns; // or has run
  private long probedAt;
  private long raisedAt;
  private long calmSince;
  private long calmFor = CALM; // so long must it be calm before the parallelism is lowered
  private long suspectedAt;
  private long nextReport;
  private List<Long> suspects = List.of(); // ids of the threads that had carriers at suspectedAt
  private boolean hasReported; // since the parallelism was normal

  private StarvationGuard() {}

  static synchronized void acquire() {
    users++;
    if (running == null) {
      running = new StarvationGuard();
      running.thread.start();
    }
  }

  static synchronized void release() {
    users--;
    if (users == 0 && running != null) {
      running.closed = true;
      LockSupport.unpark(running.thread);
      running = null;
    }
  }

  @Override
  public void run() {
    long now = System.nanoTime();
    nextReport = now;
    calmSince = now;
    probe(now);
    while (!closed) {
      LockSupport.parkNanos(this, LOOK);
      long before = now;
      now = System.nanoTime();
      try {
        look(now, now - before > 2 * LOOK);
      } catch (Throwable t) { // out of memory, or of threads: looks again
        calmSince = now;
      }
    }
    scheduler.setParallelism(normal);
  }

  /** Starts a probe. */
  private void probe(long now) {
    probeRuns = false;
    probedAt = now;
    Thread.ofVirtual().name("hermes-probe").start(() -> probeRuns = true);
  }

  /**
   * Looks after the probe.
   *
   * @param late whether this thread had no processor for a while; so, perhaps, had no other
   */
  private void look(long now, boolean late) {
    int parallelism = scheduler.getParallelism();
    if (!suspects.isEmpty() && now - suspectedAt >= HELD) {
      reportHolders(now, parallelism);
    }
    if (probeRuns) {
      if (parallelism > normal && now - calmSince >= calmFor) {
        lower(now, parallelism);
      }
      probe(now);
    } else if (now - probedAt >= STARVED && !late) {
      calmSince = now;
      if (now - raisedAt >= STARVED) { // else the last step has not had its time
        raise(now, parallelism);
      }
    }
  }

  private void raise(long now, int parallelism) {
    long queued = scheduler.getQueuedVirtualThreadCount();
    int step = (int) Math.clamp(queued, processors, 4L * processors);
    int raised = Math.min(parallelism + step, Math.max(MOST_CARRIERS, parallelism));
    if (parallelism > normal) {
      calmFor = Math.min(2 * calmFor, LONGEST_CALM); // lowered too soon, or raised by too little
    }
    raisedAt = now;
    scheduler.setParallelism(raised);
    nudge();
    if (now - nextReport >= 0) {
      nextReport = now + SUSPECT_EVERY;
      suspectedAt = now;
      suspects = holders().stream().map(ThreadDump.Entry::id).toList();
    }
  }

  /**
   * Has the scheduler notice that more carriers may run. A pool looks for work when a task comes to
   * an empty queue, and each platform thread has a queue of its own there: so a new thread starts a
   * virtual one.
   */
  private static void nudge() {
    Thread.ofPlatform()
        .name("hermes-nudge")
        .daemon(true)
        .start(() -> Thread.ofVirtual().name("hermes-probe").start(() -> {}));
  }

  private void lower(long now, int parallelism) {
    boolean free = scheduler.getMountedVirtualThreadCount() <= normal;
    int lowered = free ? normal : normal + (parallelism - normal) / 2;
    scheduler.setParallelism(lowered);
    calmSince = now;
    if (lowered == normal) {
      calmFor = free ? CALM : calmFor;
      if (hasReported) {
        LOG.log(Level.INFO, "The parallelism of the scheduler is " + normal + " again");
      }
      hasReported = false;
    }
  }

  /** Names the suspects that still have a carrier. */
  private void reportHolders(long now, int parallelism) {
    List<ThreadDump.Entry> held =
        holders().stream().filter(holder -> suspects.contains(holder.id())).limit(NAMED).toList();
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
    held.forEach(holder -> text.append('\n').append(holder.describe()));
    LOG.log(Level.WARN, text.toString());
  }

  /** The threads that have a carrier now; without our own. */
  private static List<ThreadDump.Entry> holders() {
    try {
      return ThreadDump.take().mounted().stream()
          .filter(holder -> !holder.name().startsWith("hermes-"))
          .toList();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "No thread dump could be taken", e);
      return List.of();
    }
  }
}
