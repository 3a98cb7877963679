package dev.phalanx.aegis;

import java.util.List;

/** A scope in the hand of its owner, who ends it. */
public interface OwnedScope extends ExecutionScope, AutoCloseable {
  /**
   * Ends it: cancels it, then runs the disposal hooks; the tasks that ran in it have ended by then.
   * Hooks that won't end within {@link #DISPOSE_LIMIT} are reported by name, with their stack.
   * Idempotent: later calls do nothing, and give nothing.
   *
   * @return what hooks threw, in the order in which they ran
   */
  List<Throwable> dispose();

  /** Ends it as {@link #dispose} does, and logs what hooks threw. Never throws. */
  @Override
  void close();
}
