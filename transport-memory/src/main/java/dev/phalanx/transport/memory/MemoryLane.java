package dev.phalanx.transport.memory;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.http.ReceiveBudget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A lane on a thread of its own, whose timers go by a {@link VirtualClock}. */
public final class MemoryLane implements Lane, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final VirtualClock clock;
  private final ReceiveBudget budget;
  private final ThreadPoolExecutor loop;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Starts the lane's thread. */
  public MemoryLane(VirtualClock clock) {
    this(clock, ReceiveBudget.unlimited());
  }

  /** The same with a bound on the memory that the peers of its wires may fill together. */
  public MemoryLane(VirtualClock clock, ReceiveBudget budget) {
    this.clock = clock;
    this.budget = budget;
    this.loop =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("memory-lane").factory());
    this.thread = CompletableFuture.supplyAsync(Thread::currentThread, loop).join();
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) { // closed; but a task that is owed must still run
      Thread.ofVirtual().name("memory-lane-after-close").start(() -> guarded(task));
    }
  }

  /** What escapes from a task must end neither the lane's thread nor unseen. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) { // of whatever stands above: an Error, too
      failure.compareAndSet(null, e);
    }
  }

  /** Runs a task on the lane and waits for it: whatever was given before has run then, too. */
  public void run(Runnable task) {
    if (isCurrent()) {
      task.run();
      return;
    }
    CompletableFuture<Void> done = CompletableFuture.runAsync(task, this);
    try {
      done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the lane is blocked: it did nothing for " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the lane", e);
    }
  }

  @Override
  public Registration schedule(Runnable task, Duration delay) {
    return clock.schedule(() -> run(task), delay);
  }

  @Override
  public ReceiveBudget receiveBudget() {
    return budget;
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Ends the lane's thread, once it has done what it was given.
   *
   * @throws IllegalStateException if a task has failed on the lane; its cause is the first failure
   */
  @Override
  public void close() {
    loop.shutdown();
    Throwable first = failure.getAndSet(null);
    if (first != null) {
      throw new IllegalStateException("a task has failed on the lane", first);
    }
  }
}
