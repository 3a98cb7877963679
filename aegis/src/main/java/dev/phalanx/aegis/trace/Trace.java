package dev.phalanx.aegis.trace;

import java.util.function.Consumer;

/** Takes events. Called from many threads, in the middle of the work: it must not block. */
@FunctionalInterface
public interface Trace {
  /** Takes one event. What it throws is logged, and the work goes on. */
  void event(TraceEvent event);

  /** Whether anybody listens; asked before an event is made. */
  default boolean isOn() {
    return true;
  }

  /** Nobody listens: what an application has unless told otherwise. */
  static Trace off() {
    return NoTrace.INSTANCE;
  }

  /**
   * Prints each unit of work as a tree, when it has ended: what ran in it, how long, what failed.
   * What belongs to the application itself (its services) is printed line by line, as it happens.
   *
   * @param print takes a tree, several lines without a line end at the last; on the thread that
   *     ended the work
   */
  static Trace tree(Consumer<String> print) {
    return new TreeTrace(print);
  }
}
