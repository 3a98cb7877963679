package dev.phalanx.bench;

import dev.phalanx.styx.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to hand a value from virtual threads to another one, through a channel and
 * through the JDK's {@link ArrayBlockingQueue}? Per value, with producers that wait for room and a
 * consumer that waits for values; starting the threads is spread over {@value #VALUES} of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChannelHandOff {
  static final int VALUES = 100_000;

  /** How many threads produce. */
  @Param({"1", "4"})
  public int producers;

  /** How many values may wait. */
  @Param({"64"})
  public int capacity;

  /** Passes a value on, waiting for room. */
  private interface Put {
    void put(Integer value) throws InterruptedException;
  }

  /** Through a channel. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public long channel() throws InterruptedException {
    Channel<Integer> channel = Channel.bounded(capacity);
    List<Thread> threads = produce(channel::emit);
    long[] result = new long[1];
    Thread consumer =
        Thread.startVirtualThread(() -> {
          for (Integer value : channel) {
            result[0] += value;
          }
        });
    join(threads);
    channel.complete();
    consumer.join();
    return result[0];
  }

  /** Through the JDK's queue. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public long arrayBlockingQueue() throws InterruptedException {
    ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(capacity);
    List<Thread> threads = produce(queue::put);
    long[] result = new long[1];
    Thread consumer =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 0; i < VALUES; i++) {
              result[0] += queue.take();
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    consumer.join();
    join(threads);
    return result[0];
  }

  private List<Thread> produce(Put put) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      threads.add(Thread.startVirtualThread(() -> putAll(put)));
    }
    return threads;
  }

  private void putAll(Put put) {
    try {
      for (int i = 0; i < VALUES / producers; i++) {
        put.put(i & 127); // boxed already
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
