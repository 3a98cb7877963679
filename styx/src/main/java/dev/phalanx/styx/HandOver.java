package dev.phalanx.styx;

import dev.phalanx.aegis.Executable;
import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.Stragglers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Upstreams that run as tasks of their own, beside the thread that takes their values from a
 * bounded channel. Stopping it interrupts them, and returns when they have ended.
 */
final class HandOver<T> {
  /** Values that wait between the tasks and their consumer. */
  static final int CAPACITY = 16;

  /** A group waits for its own tasks, and reports them; this is for the one who waits for it. */
  private static final Duration PATIENCE = ExecutionScope.TASK_LIMIT.multipliedBy(2);

  private final Channel<T> channel = Channel.bounded(CAPACITY);
  private final Thread thread;
  private @Nullable Throwable late; // guarded by this: what failed when nobody took values any more

  private HandOver(ExecutionScope scope, List<? extends Upstream<? extends T>> upstreams) {
    this.thread =
        Thread.ofVirtual()
            .name(scope.name() + "/upstream")
            .unstarted(() -> runAll(scope, upstreams));
  }

  static <T> HandOver<T> start(
      ExecutionScope scope, List<? extends Upstream<? extends T>> upstreams) {
    HandOver<T> handOver = new HandOver<>(scope, upstreams);
    handOver.thread.start();
    return handOver;
  }

  /** Runs the upstreams while a consumer takes their values, on the calling thread. */
  static <T> void run(
      ExecutionScope scope,
      List<? extends Upstream<? extends T>> upstreams,
      Step<Source<T>> consumer)
      throws Exception {
    HandOver<T> handOver = start(scope, upstreams);
    Failures.inTurn(() -> consumer.accept(handOver.values()), handOver::stop);
  }

  /** Where their values come out; ends when all of them have, or with the first failure. */
  Source<T> values() {
    return channel;
  }

  private void runAll(ExecutionScope scope, List<? extends Upstream<? extends T>> upstreams) {
    try {
      scope.concurrent(upstreams.stream().map(upstream -> task(upstream)).toList());
      channel.complete();
    } catch (Throwable e) { // an Error, too, must reach the one who waits
      channel.error(e);
    }
  }

  private Executable<Boolean> task(Upstream<? extends T> upstream) {
    return scope -> {
      try {
        upstream.run(scope, channel::emit);
        return true;
      } catch (Throwable e) {
        failed(e);
        throw e;
      }
    };
  }

  private synchronized void failed(Throwable failure) {
    if (channel.isClosed() && late == null) {
      late = Failures.beyondCancellation(failure);
    }
  }

  /** For the end of the scope, which interrupts them by itself. Any thread. */
  void awaitEnd() {
    Stragglers.await(thread, PATIENCE);
  }

  /** By the thread that takes the values. Throws what failed after that thread had enough. */
  void stop() throws Exception {
    channel.complete();
    thread.interrupt();
    awaitEnd();
    synchronized (this) {
      if (late != null) {
        throw Failures.thrown(late);
      }
    }
  }
}
