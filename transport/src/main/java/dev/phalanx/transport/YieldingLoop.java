package dev.phalanx.transport;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread of the JDK's scheduler, like its handlers', to which it yields: they run on its
 * carrier in between. Needs nothing from the JDK, and costs a little more than {@link
 * CarryingLoop}.
 *
 * <p>Where there is nothing to do, a virtual thread that waited for I/O would hold its carrier. So
 * then a platform thread has the loop, and waits.
 */
final class YieldingLoop extends LaneLoop {
  private final ThreadFactory waiters;
  private @Nullable Thread home;
  private @Nullable Thread waiter; // has the loop while there is nothing to do; home's
  private volatile boolean ended;

  YieldingLoop(
      IoEventLoopGroup group,
      Executor homes,
      IoHandlerFactory io,
      ThreadFactory standIns,
      ThreadFactory waiters,
      LaneWatch watch) {
    super(group, homes, io, standIns, watch);
    this.waiters = waiters;
  }

  @Override
  @Nullable Carriage heldUpBy() {
    return null; // handlers run on the JDK's scheduler already
  }

  @Override
  boolean isSeenByCpuTime() {
    return false;
  }

  @Override
  void begins() {
    Thread self = Thread.currentThread();
    home = self;
    waiter = waiters.newThread(() -> await(self));
    waiter.start();
  }

  @Override
  void ends() {
    ended = true;
    LockSupport.unpark(waiter);
  }

  /** Home never waits for I/O. */
  @Override
  protected boolean hasTasks() {
    return Thread.currentThread() == home || super.hasTasks();
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // it is the point: those who wait in the queue go first
  boolean letHandlersRun(boolean some) {
    Thread self = Thread.currentThread();
    if (self != home) { // a stand-in, beside which handlers run as they can
      return true;
    }
    if (!some && waiter != null && !isShuttingDown()) {
      give(waiter);
      return awaitGiven();
    }
    long mine = beginRest();
    Thread.yield();
    if (!endRest(mine)) {
      return false;
    }
    runAllTasks(LONGEST_TURN);
    return true;
  }

  // ---- the waiter ----

  private void await(Thread from) {
    Thread self = Thread.currentThread();
    while (!ended) {
      if (inEventLoop(self)) {
        runIo();
        giveHome(from);
      } else {
        LockSupport.park(this);
      }
    }
  }
}
