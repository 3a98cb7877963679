package dev.phalanx.aegis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task as it wants to be run, on the calling thread: its timeout around its retries around
 * the trace around the work.
 */
final class Dispatch {
  /** Something to do in a scope of this package's own. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T run(LiveScope scope) throws Exception;
  }

  private Dispatch() {}

  static <T extends @Nullable Object> T run(LiveScope scope, Executable<T> task) throws Exception {
    Behavior behavior = Behavior.of(task);
    Work<T> work = inner -> traced(inner, behavior.name(), task);
    RetryPolicy policy = behavior.retry();
    Work<T> retried =
        policy == null
            ? work
            : inner -> new Retries(inner, policy, LiveScope::partOfTask).run(work);
    Duration limit = behavior.timeout();
    return limit == null ? retried.run(scope) : scope.deadline(limit, retried);
  }

  private static <T extends @Nullable Object> T traced(
      LiveScope scope, String name, Executable<T> task) throws Exception {
    Span span = scope.taskSpan(name);
    try {
      return scope.context().call(scope, task);
    } catch (Throwable e) { // looked at, and passed on
      span.failed(e);
      throw e;
    } finally {
      span.end();
    }
  }
}
