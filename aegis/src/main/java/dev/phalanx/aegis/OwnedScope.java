package dev.phalanx.aegis;

/** A scope in the hand of its owner, who ends it. */
public interface OwnedScope extends ExecutionScope, AutoCloseable {
  /**
   * Ends it: cancels it, interrupts and waits for the tasks still running in it, then runs the
   * disposal hooks. What won't end within {@link #TASK_LIMIT} or {@link #DISPOSE_LIMIT} is reported
   * by name, with its stack. Idempotent; never throws.
   */
  @Override
  void close();
}
