package dev.phalanx.transport;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of one connection's virtual thread, and of those that it starts: their lane, as
 * long as the route that they run keeps to its turn there; the JDK's scheduler otherwise. Never
 * rejects. Any thread.
 */
final class Carriage implements Executor {
  private final CarryingLoop loop;
  private volatile Conduct conduct;
  private volatile @Nullable Thread thread;

  Carriage(CarryingLoop loop) {
    this.loop = loop;
    this.conduct = loop.watch().conduct("What runs before a route is found");
  }

  /** The virtual thread that is carried so, not yet started. */
  Thread newThread(String name, Runnable task) {
    Thread made = loop.threads().unstarted(this, name, task);
    thread = made;
    return made;
  }

  /** Which route its threads run from now on. */
  void runs(String route) {
    conduct = loop.watch().conduct(route);
  }

  /** One of its threads has run for a tick, and the lane goes on without it. */
  void heldUp() {
    Thread first = thread; // most likely it; else one that it started
    StackTraceElement[] where = first == null ? new StackTraceElement[0] : first.getStackTrace();
    conduct.heldUp(System.nanoTime(), where);
  }

  /** That thread waits, or has ended. */
  void gaveWay(long nanos) {
    conduct.gaveWay(System.nanoTime(), nanos);
  }

  boolean isMovedOff() {
    return conduct.isMovedOff();
  }

  /** A thread of its can go on. */
  @Override
  public void execute(Runnable continuation) {
    if (isMovedOff()) {
      loop.threads().jdkScheduler().execute(continuation);
    } else {
      loop.ready(new Ready(continuation, this));
    }
  }

  /** A thread that can go on, and how it is to be carried. */
  record Ready(Runnable continuation, Carriage carriage) {
    /** Not on the lane, which has been shut down, or is kept from it. */
    void runElsewhere() {
      carriage.loop.threads().jdkScheduler().execute(continuation);
    }
  }
}
