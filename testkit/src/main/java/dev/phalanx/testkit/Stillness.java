package dev.phalanx.testkit;

import dev.phalanx.transport.memory.MemoryLane;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Waits until nothing moves: the lane has nothing to do, and all virtual threads wait for
 * something. Then what is not there doesn't come unless time passes, or something from elsewhere.
 */
final class Stillness {
  /** Where other tests run meanwhile, the process is never still; then the handlers decide. */
  private static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(100);

  /** So many looks in a row: the scheduler's counts are estimates. */
  private static final int LOOKS = 3;

  private static final @Nullable VirtualThreadSchedulerMXBean SCHEDULER = scheduler();

  private Stillness() {}

  private static @Nullable VirtualThreadSchedulerMXBean scheduler() {
    try {
      return ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    } catch (IllegalArgumentException e) { // a JVM that has no such scheduler
      return null;
    }
  }

  /**
   * Waits for it, for a moment at most.
   *
   * @param handlers threads that are known to do something about the lane's connections
   */
  static void await(MemoryLane lane, Collection<Thread> handlers) {
    long begun = System.nanoTime();
    int still = 0;
    while (still < LOOKS) {
      lane.run(() -> {});
      long waited = System.nanoTime() - begun;
      boolean now = allWait(handlers) && (isSchedulerIdle() || waited > LIMIT);
      still = now ? still + 1 : 0;
      if (waited > 10 * LIMIT) {
        return; // a handler computes: whoever asked will see what comes of it
      }
    }
  }

  private static boolean allWait(Collection<Thread> handlers) {
    return handlers.stream()
        .map(Thread::getState)
        .noneMatch(state -> state == Thread.State.RUNNABLE || state == Thread.State.NEW);
  }

  private static boolean isSchedulerIdle() {
    if (SCHEDULER == null) {
      return true;
    }
    int own = Thread.currentThread().isVirtual() ? 1 : 0;
    return SCHEDULER.getMountedVirtualThreadCount() <= own
        && SCHEDULER.getQueuedVirtualThreadCount() == 0;
  }
}
