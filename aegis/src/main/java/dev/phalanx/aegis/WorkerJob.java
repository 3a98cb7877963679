package dev.phalanx.aegis;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A task that a worker runs for a thread that waits for it. Its lock decides between the worker
 * that begins or ends and the one who wants it to end, since a pooled thread must not be
 * interrupted after its job.
 */
final class WorkerJob<T extends @Nullable Object> implements Runnable {
  private static final ScopedValue<Workers> WORKERS = ScopedValue.newInstance();

  private final Workers workers;
  private final LiveScope around;
  private final Lifetime life;
  private final Executable<T> task;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch wakeUp = new CountDownLatch(1); // it has ended, or must
  private @Nullable Thread thread; // guarded by this: while it runs
  private @Nullable Interrupts interrupts; // guarded by this: that thread's
  private boolean stopped; // guarded by this
  private volatile @Nullable Settlement<T> settlement;

  WorkerJob(Workers workers, LiveScope around, Executable<T> task) {
    this.workers = workers;
    this.around = around;
    this.life = around.life().inner("worker");
    this.task = task;
  }

  /** Whether the calling thread is one of these workers. */
  static boolean runsOn(Workers workers) {
    return WORKERS.isBound() && WORKERS.get() == workers;
  }

  @Override
  public void run() {
    ScopedValue.where(WORKERS, workers).run(this::work);
  }

  private void work() {
    Interrupts own = begin();
    if (own != null) {
      try (LiveScope scope = new LiveScope(life, around.context(), own)) {
        settlement = new Settlement.Success<>(Dispatch.run(scope, task));
      } catch (Throwable e) { // of a user's task: an Error too must reach the one who waits
        settlement = new Settlement.Failure<>(e);
      }
    }
    end();
  }

  /** Null where it isn't wanted any more. */
  private synchronized @Nullable Interrupts begin() {
    if (!stopped) {
      thread = Thread.currentThread();
      interrupts = new Interrupts(thread);
    }
    return interrupts;
  }

  private synchronized void end() {
    if (interrupts != null) {
      Thread.interrupted(); // it was for this job, and the next is another one's
    }
    thread = null;
    interrupts = null;
    ended.countDown();
    wakeUp.countDown();
  }

  /** Instead of running it: no worker ever will. */
  void refuse() {
    settlement = new Settlement.Failure<>(Workers.closed());
    end();
  }

  /** Waits for the result; whoever stops waiting stops the task. */
  T await() throws Exception {
    var link = around.cancellation().onCancel(wakeUp::countDown);
    try {
      wakeUp.await();
    } finally {
      link.close();
      stop();
    }
    around.throwIfCancelled();
    return Objects.requireNonNull(settlement).get();
  }

  /** Does nothing if it has ended. One that hasn't begun is left to a worker, who drops it. */
  private void stop() {
    life.token.cancel(around.name() + " doesn't wait for it any more");
    Thread runs = interrupt();
    if (runs != null && !endsInTime()) {
      Stragglers.report(runs, "did not end within " + ExecutionScope.TASK_LIMIT);
    }
  }

  private synchronized @Nullable Thread interrupt() {
    stopped = true;
    if (interrupts != null) {
      interrupts.give();
    }
    return thread;
  }

  private boolean endsInTime() {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + ExecutionScope.TASK_LIMIT.toNanos();
    try {
      while (true) {
        try {
          return ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
