package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.Trace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a trace cost that nobody listens to? The same dispatch of a task, as it is and without
 * its span; and, so that one sees what is saved, where somebody listens. In this package, since
 * only here can the span be left out.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TraceOff {
  /** Whether somebody listens. */
  @Param({"false", "true"})
  public boolean traced;

  private final Task<Integer> task = Task.of("trivial", here -> 1);
  private @Nullable LiveScope scope;
  private long events;

  @Setup
  public void open() {
    Trace trace = traced ? event -> events++ : Trace.off();
    scope = (LiveScope) Application.starting().trace(trace).compile().openScope("bench");
  }

  @TearDown
  public void close() {
    scope.close();
  }

  @Benchmark
  public int dispatch() throws Exception {
    try (LiveScope part = scope.part(Behavior.of(task).name())) {
      return Dispatch.run(part, task);
    }
  }

  @Benchmark
  public int dispatchWithoutSpan() throws Exception {
    try (LiveScope part = scope.part(Behavior.of(task).name())) {
      return runWithoutSpan(part, task);
    }
  }

  /** {@link Dispatch#run}, but for the span. */
  private static <T extends @Nullable Object> T runWithoutSpan(LiveScope scope, Executable<T> task)
      throws Exception {
    Behavior behavior = Behavior.of(task);
    Dispatch.Work<T> work = inner -> untraced(inner, behavior.name(), task);
    RetryPolicy policy = behavior.retry();
    Dispatch.Work<T> retried =
        policy == null
            ? work
            : inner -> new Retries(inner, policy, LiveScope::partOfTask).run(work);
    Duration limit = behavior.timeout();
    return limit == null ? retried.run(scope) : scope.deadline(limit, retried);
  }

  private static <T extends @Nullable Object> T untraced(
      LiveScope inner, String name, Executable<T> task) throws Exception {
    return inner.context().call(inner, task);
  }
}
