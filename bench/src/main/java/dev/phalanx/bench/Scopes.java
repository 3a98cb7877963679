package dev.phalanx.bench;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.Executable;
import dev.phalanx.aegis.OwnedScope;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a scope adds to the work in it: to ten bare virtual threads, ten tasks side by side; to a
 * call, a deadline that doesn't pass.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Scopes {
  private static final int TASKS = 10;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Executable<Integer> trivial = here -> 1;
  private final List<Executable<Integer>> ten = Collections.nCopies(TASKS, trivial);
  private @Nullable OwnedScope scope;

  @Setup
  public void open() {
    scope = Application.starting().compile().openScope("bench");
  }

  @TearDown
  public void close() {
    scope.close();
  }

  @Benchmark
  public int tenBareThreads() throws InterruptedException {
    int[] results = new int[TASKS];
    Thread[] threads = new Thread[TASKS];
    for (int i = 0; i < TASKS; i++) {
      int self = i;
      threads[i] = Thread.ofVirtual().start(() -> results[self] = 1);
    }
    int sum = 0;
    for (int i = 0; i < TASKS; i++) {
      threads[i].join();
      sum += results[i];
    }
    return sum;
  }

  @Benchmark
  public List<Integer> tenTasks() throws Exception {
    return scope.concurrent(ten);
  }

  @Benchmark
  public int timeout() throws Exception {
    return scope.timeout(LIMIT, trivial);
  }

  @Benchmark
  public int execute() throws Exception {
    return scope.execute(trivial);
  }
}
