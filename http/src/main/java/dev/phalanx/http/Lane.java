package dev.phalanx.http;

import dev.phalanx.aegis.CancellationToken.Registration;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * An event loop as the layers above it see it: one thread that owns some wires. What runs on it
 * must not block, and must not be user code.
 */
public interface Lane extends Executor {
  /**
   * Runs a task on the lane, in the order in which one thread gave them. Any thread. Never rejects:
   * a lane that has been shut down runs the task elsewhere.
   */
  @Override
  void execute(Runnable task);

  /** Runs a task on the lane, later. Any thread. */
  Registration schedule(Runnable task, Duration delay);

  /** The lane's clock, in nanoseconds; only differences mean anything. Any thread. */
  long nanoTime();

  /** Whether the calling thread is the lane. */
  boolean isCurrent();

  /** The memory that the peers of all wires may fill together: the server's. Any thread. */
  default ReceiveBudget receiveBudget() {
    return ReceiveBudget.unlimited();
  }
}
