package dev.phalanx.hermes;

import dev.phalanx.http.Lane;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A task that runs on a virtual thread whenever somebody asks for it, one run at a time. A run
 * begins after each request. Any thread may ask, an event loop too: asking never waits, and never
 * throws.
 */
final class BackgroundTask {
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int ASKED = 2; // a run is to begin, perhaps when another has ended

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final String name;
  private final Runnable task;
  private final AtomicInteger state = new AtomicInteger();

  /**
   * A task that nobody has asked for.
   *
   * @param name of its thread
   * @param task must throw nothing
   */
  BackgroundTask(String name, Runnable task) {
    this.name = name;
    this.task = task;
  }

  /**
   * Has the task run after now.
   *
   * @return false if no thread could be started; then somebody should ask again
   */
  boolean ask() {
    if (state.getAndSet(ASKED) != IDLE) {
      return true;
    }
    try {
      Thread.ofVirtual().name(name).start(this::run);
      return true;
    } catch (RuntimeException | Error e) { // no memory, say; an event loop must go on
      state.set(IDLE);
      return false;
    }
  }

  private void run() {
    do {
      state.set(RUNNING);
      task.run();
    } while (!state.compareAndSet(RUNNING, IDLE));
  }

  /** Has a lane do something that must not be lost, even while memory is short. Waits for that. */
  static void bring(Lane lane, Runnable words) {
    while (true) {
      try {
        lane.execute(words);
        return;
      } catch (RuntimeException | Error e) {
        LockSupport.parkNanos(PAUSE);
      }
    }
  }
}
