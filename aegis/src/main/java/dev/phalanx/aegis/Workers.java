package dev.phalanx.aegis;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The platform threads that work which keeps a processor busy runs on: as many as there are
 * processors, started when wanted, gone after a while. What waits for one is never more than the
 * threads that wait for their result.
 */
final class Workers implements AutoCloseable {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final ThreadPoolExecutor pool;

  Workers() {
    pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("hermes-worker-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  <T extends @Nullable Object> T run(LiveScope scope, Executable<T> task) throws Exception {
    if (WorkerJob.runsOn(this)) {
      return scope.execute(task); // were it to wait for another worker, all could wait for all
    }
    WorkerJob<T> job = new WorkerJob<>(this, scope, task);
    try {
      pool.execute(job);
    } catch (RejectedExecutionException e) {
      throw closed();
    }
    try {
      return job.await();
    } catch (Exception e) {
      pool.remove(job); // given up, maybe before a worker began with it
      throw e;
    }
  }

  static IllegalStateException closed() {
    return new IllegalStateException("The application has been closed: no worker runs a task");
  }

  /** Interrupts what still runs, and refuses what hasn't begun; by now its scopes have ended. */
  @Override
  public void close() {
    pool.shutdownNow().forEach(job -> ((WorkerJob<?>) job).refuse());
  }
}
