package dev.phalanx.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that compute TLS handshakes: one for each processor, shared by all servers and
 * clients of the process. They are platform threads, so that the operating system divides the
 * processors between handshakes and event loops: on the scheduler of the virtual threads, queued
 * handshakes would delay the event loops and the handlers behind them.
 *
 * <p>{@link #execute} takes no lock, so event loops may call it.
 */
final class TlsTaskPool implements Executor {
  /** Tasks that may wait; a connection whose task finds no room is closed. */
  static final int MAX_WAITING = 4_096;

  private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  private TlsTaskPool() {}

  /** The pool of the process; its threads start with the first call. Not for an event loop. */
  static TlsTaskPool shared() {
    return Shared.POOL;
  }

  private static final class Shared {
    private static final TlsTaskPool POOL = started(Runtime.getRuntime().availableProcessors());
  }

  private static TlsTaskPool started(int threads) {
    TlsTaskPool pool = new TlsTaskPool();
    for (int i = 1; i <= threads; i++) {
      Thread.ofPlatform().name("hermes-tls-" + i).daemon().start(pool::work);
    }
    return pool;
  }

  /**
   * Has a task run, in turn.
   *
   * @throws RejectedExecutionException if {@link #MAX_WAITING} tasks wait already
   */
  @Override
  public void execute(Runnable task) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      throw new RejectedExecutionException(
          MAX_WAITING + " TLS handshakes wait to be computed; this one is refused");
    }
    boolean isQueued = false;
    try {
      queue.add(task);
      isQueued = true;
    } finally {
      if (!isQueued) { // no memory: else its place would be taken for ever
        waiting.decrementAndGet();
      }
    }
  }

  private void work() {
    while (true) {
      try {
        Runnable task = queue.take();
        waiting.decrementAndGet();
        task.run();
      } catch (Throwable ignored) {
        // Out of memory, say. The thread has to survive; the connection has a time limit.
      }
    }
  }
}
