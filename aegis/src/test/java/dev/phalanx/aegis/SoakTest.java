package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many scopes that end in all the ways there are, and what they leave behind: nothing. */
@Tag("soak")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SoakTest {
  private static final int SCOPES = Integer.getInteger("hermes.soak.scopes", 100_000);
  private static final int OPENERS = 8;
  private static final Duration LONG = Duration.ofDays(1);

  /** A little more than noise: a byte for each scope would be a tenth of it. */
  private static final long HEAP_GROWTH = 4L << 20;

  /** Fails on purpose. */
  private static final class Wanted extends Exception {
    private static final long serialVersionUID = 1;

    Wanted() {
      super("wanted", null, true, false);
    }
  }

  /** A scoped service. */
  private static final class Unit implements AutoCloseable {
    private final AtomicLong open;

    Unit(AtomicLong open) {
      this.open = open;
      open.incrementAndGet();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private final AtomicLong running = new AtomicLong(); // tasks
  private final AtomicLong owed = new AtomicLong(); // hooks
  private final AtomicLong units = new AtomicLong(); // scoped services
  private final Timers timers = new Timers("soak-timer");
  private final CancellationToken server = CancellationToken.create();
  private final Application app =
      Application.starting()
          .time(new SoakTime(timers))
          .providers(services -> services.scoped(Unit.class, others -> new Unit(units)))
          .compile();

  @AfterEach
  void close() {
    app.close();
  }

  @Test
  void scopes_that_open_fork_fail_time_out_and_close_at_random_leave_nothing_behind() {
    Seed.run(
        "SoakTest",
        random -> {
          openMany(random, SCOPES / 10); // what is loaded and pooled once isn't growth
          long before = usedHeap();
          try (CapturedLog log = CapturedLog.of(Stragglers.class)) {
            openMany(random, SCOPES);

            assertThat(log.messages()).as("threads that outlasted their scope").isEmpty();
          }
          assertThat(running).as("tasks that still run").hasValue(0);
          assertThat(owed).as("hooks that did not run").hasValue(0);
          assertThat(units).as("scoped services that were not closed").hasValue(0);
          assertThat(timers.size()).as("timers").isZero();
          assertThat(server.actions()).as("subscriptions").isZero();
          assertThat(app.flights()).as("flights").isZero();
          assertThat(usedHeap() - before).as("growth of the heap").isLessThan(HEAP_GROWTH);
          Reference.reachabilityFence(app);
        });
  }

  private void openMany(Random random, int scopes) throws Exception {
    List<Started<Boolean>> openers = new ArrayList<>();
    for (int i = 0; i < OPENERS; i++) {
      SplittableRandom own = new SplittableRandom(random.nextLong());
      openers.add(
          Started.running(() -> {
            for (int n = 0; n < scopes / OPENERS; n++) {
              oneScope(own);
            }
          }));
    }
    for (Started<Boolean> opener : openers) {
      Eventually.untilWithin(Duration.ofMinutes(10), opener::isOver);
      opener.result();
    }
  }

  private void oneScope(SplittableRandom random) throws Exception {
    OwnedScope scope = app.openScope("soak");
    CancellationToken token = server.child();
    var link = token.onCancel(() -> scope.cancellation().cancel("the server goes down"));
    Thread owner = Thread.currentThread();
    owe(scope);
    try {
      if (random.nextInt(4) == 0) {
        Thread.startVirtualThread(() -> scope.cancellation().cancel("the peer has gone"));
      }
      work(scope, random);
    } catch (Wanted | CancellationException | TimeoutException | InterruptedException e) {
      // One of the ways to end.
    } finally {
      link.close();
      token.close();
      scope.close();
    }
    assertThat(owner.isInterrupted()).as("an interrupt that was left").isFalse();
  }

  private void work(ExecutionScope scope, SplittableRandom random) throws Exception {
    Executable<Integer> task = counted(random.nextInt());
    List<Executable<Integer>> tasks = List.of(task, counted(random.nextInt()), task);
    switch (random.nextInt(9)) {
      case 0 -> scope.concurrent(tasks);
      case 1 -> scope.settle(tasks);
      case 2 -> scope.race(tasks);
      case 3 -> scope.map(List.of(1, 2, 3, 4), (here, item) -> task.execute(here), 2);
      case 4 -> scope.timeout(Duration.ofNanos(random.nextInt(200_000)), task);
      case 5 -> scope.retry(task, RetryPolicy.fixed(2, Duration.ofNanos(random.nextInt(1_000))));
      case 6 -> scope.singleflight(random.nextInt(4), task);
      case 7 -> scope.inWorker(task);
      default -> scope.shielded(LONG, here -> here.timeout(LONG, task));
    }
  }

  /** Ends at once, fails, waits a moment, or has a part of its own: as the number says. */
  private Executable<Integer> counted(int number) {
    return here -> {
      running.incrementAndGet();
      try {
        owe(here);
        here.service(Unit.class);
        switch (number & 7) {
          case 0 -> throw new Wanted();
          case 1, 2 -> here.delay(Duration.ofNanos(number & 0xFFFF));
          case 3 -> here.concurrent(List.of(inner -> 1, inner -> 2));
          default -> Thread.yield();
        }
        return number;
      } finally {
        running.decrementAndGet();
      }
    };
  }

  private void owe(ExecutionScope scope) {
    owed.incrementAndGet();
    scope.onDispose(owed::decrementAndGet);
  }

  /** The least of what is used after some collections. */
  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** The system's time with timers that can be counted. */
  private record SoakTime(Timers timers) implements TimeSource {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void parkUntil(long deadline) {
      TimeSource.system().parkUntil(deadline);
    }

    @Override
    public CancellationToken.Registration schedule(Runnable task, Duration delay) {
      return timers.schedule(task, delay);
    }
  }
}
