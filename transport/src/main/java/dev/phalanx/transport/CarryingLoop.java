package dev.phalanx.transport;

import dev.phalanx.transport.Carriage.Ready;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A platform thread that is also the scheduler of its handlers' virtual threads, and so runs them
 * itself, one by one.
 */
final class CarryingLoop extends LaneLoop {
  /** So many handlers run before what they have said is written. */
  private static final int AT_ONCE = 32;

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private final CarriedThreads threads;
  private final ArrayDeque<Ready> own = new ArrayDeque<>(); // woken by the loop; its own
  private final Queue<Ready> others = new ConcurrentLinkedQueue<>(); // woken by other threads
  private @Nullable Ready running; // at rest; then read by the watch

  CarryingLoop(
      IoEventLoopGroup group,
      Executor homes,
      IoHandlerFactory io,
      ThreadFactory standIns,
      LaneWatch watch,
      CarriedThreads threads) {
    super(group, homes, io, standIns, watch);
    this.threads = threads;
  }

  // ---- any thread ----

  CarriedThreads threads() {
    return threads;
  }

  /** A virtual thread can go on. Never rejects. */
  void ready(Ready ready) {
    if (inEventLoop()) {
      own.add(ready);
      return;
    }
    others.add(ready);
    if (isShuttingDown()) { // after adding: either this sees it, or the loop's end sees the thread
      passOnOthers();
    } else {
      wakeup(false);
    }
  }

  private void passOnOthers() {
    Ready ready;
    while ((ready = others.poll()) != null) {
      ready.runElsewhere();
    }
  }

  // ---- who has the loop ----

  @Override
  @Nullable Carriage heldUpBy() {
    Ready late = running;
    return late == null ? null : late.carriage();
  }

  @Override
  boolean isSeenByCpuTime() {
    return true;
  }

  @Override
  void begins() {}

  @Override
  void ends() {
    own.forEach(Ready::runElsewhere);
    own.clear();
    passOnOthers();
  }

  @Override
  void giveHome(Thread home) {
    running = null; // if home comes late, that is no handler's fault
    super.giveHome(home);
  }

  @Override
  protected boolean hasTasks() {
    return super.hasTasks() || !own.isEmpty() || !others.isEmpty();
  }

  /**
   * Carries those who can go on now; who can go on again meanwhile waits for the next turn, and so
   * do those for whom there is no time.
   */
  @Override
  boolean letHandlersRun(boolean some) {
    int left = own.size();
    if (left == 0 && others.isEmpty()) {
      return true;
    }
    long begun = left > AT_ONCE ? System.nanoTime() : 0;
    boolean more = true;
    while (more) {
      int count = Math.min(left, AT_ONCE);
      left -= count;
      if (!carry(own, count) || !carry(others, AT_ONCE)) {
        return false;
      }
      runAllTasks(LONGEST_TURN);
      more = left > 0 && System.nanoTime() - begun < LONGEST_TURN;
    }
    return true;
  }

  /** Carries so many at most; false if the loop is another thread's by now. */
  private boolean carry(Queue<Ready> queue, int most) {
    for (int i = 0; i < most; i++) {
      Ready ready = queue.poll();
      if (ready == null) {
        break;
      }
      if (isShuttingDown() || ready.carriage().isMovedOff()) {
        ready.runElsewhere();
      } else if (!carryNow(ready)) {
        return false;
      }
    }
    return true;
  }

  private boolean carryNow(Ready ready) {
    running = ready;
    long mine = beginRest();
    try {
      ready.continuation().run();
    } catch (Throwable e) { // the JDK's own failure: a handler's ends in its thread
      log.error("A virtual thread could not go on", e);
    }
    if (endRest(mine)) {
      return true;
    }
    ready.carriage().gaveWay(heldFor());
    return false;
  }
}
