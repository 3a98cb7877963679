package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ends that come at the same moment. */
class ScopeRaceTest {
  private static final Application APP = Application.starting().compile();

  @Test
  void a_timeout_that_fires_while_its_task_leaves_leaves_no_interrupt_behind() {
    Seed.run(
        "ScopeRaceTest.timeout",
        random -> {
          AtomicInteger late = new AtomicInteger();
          AtomicInteger inTime = new AtomicInteger();
          try (OwnedScope scope = APP.openScope("race")) {
            for (int round = 0; round < 4_000; round++) {
              Duration limit = Duration.ofNanos(10_000 + random.nextInt(90_000));
              long leaveAt = System.nanoTime() + limit.toNanos() + random.nextInt(160_000) - 10_000;
              try {
                scope.timeout(
                    limit,
                    here -> {
                      while (System.nanoTime() - leaveAt < 0) {
                        Thread.onSpinWait();
                      }
                      return null;
                    });
                inTime.incrementAndGet();
              } catch (TimeoutException e) {
                late.incrementAndGet();
              }
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            // The last timer may still be on its way.
            Thread.yield();
            scope.timeout(Duration.ofDays(1), here -> null);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          }
          assertThat(late.get()).as("rounds that were late").isPositive();
          assertThat(inTime.get()).as("rounds that were in time").isPositive();
        });
  }

  @Test
  void who_is_interrupted_by_a_deadline_finds_the_work_cancelled() throws Exception {
    HeldClock clock = new HeldClock();
    Application app = Application.starting().time(clock).compile();
    for (int round = 0; round < 2_000; round++) {
      try (OwnedScope scope = app.openScope("race")) {
        CyclicBarrier meet = new CyclicBarrier(2);
        Started<String> late =
            Started.on(() ->
                scope.timeout(
                    Duration.ofSeconds(1),
                    here -> {
                      meet.await();
                      while (!Thread.interrupted()) {
                        Thread.onSpinWait();
                      }
                      throw new IllegalStateException("cancelled: " + here.isCancelled());
                    }));
        meet.await();
        clock.advance(Duration.ofSeconds(1));

        assertThat(late.failure()).hasRootCauseMessage("cancelled: true");
      }
    }
  }

  @Test
  void a_scope_cancelled_while_a_timeout_is_left_ends_in_one_of_the_two_ways() throws Exception {
    for (int round = 0; round < 1_000; round++) {
      OwnedScope scope = APP.openScope("race");
      CyclicBarrier meet = new CyclicBarrier(2);
      Started<String> task =
          Started.on(() -> {
            String result;
            try {
              meet.await();
              result = scope.timeout(Duration.ofDays(1), ScopeRaceTest::shortWork);
            } catch (CancellationException e) {
              result = e.getMessage();
            }
            return Thread.currentThread().isInterrupted() ? "interrupted" : result;
          });
      meet.await();
      scope.cancellation().cancel("the peer has gone");

      assertThat(task.result()).isIn("done", "the peer has gone", "race was cancelled");
      scope.close();
    }
  }

  private static String shortWork(ExecutionScope here) {
    here.throwIfCancelled();
    return "done";
  }

  @Test
  void each_hook_runs_exactly_once_whether_it_comes_before_the_end_or_after() throws Exception {
    int hooks = 3;
    for (int round = 0; round < 1_000; round++) {
      OwnedScope scope = APP.openScope("race");
      AtomicInteger[] runs = new AtomicInteger[2 * hooks];
      CyclicBarrier meet = new CyclicBarrier(4);
      List<Started<Boolean>> all = new ArrayList<>();
      for (int registrar = 0; registrar < 2; registrar++) {
        int from = registrar * hooks;
        all.add(
            Started.running(() -> {
              meet.await();
              for (int i = from; i < from + hooks; i++) {
                AtomicInteger count = new AtomicInteger();
                runs[i] = count;
                scope.onDispose(count::incrementAndGet);
              }
            }));
        all.add(
            Started.running(() -> {
              meet.await();
              scope.close();
            }));
      }
      for (Started<Boolean> each : all) {
        each.result();
      }

      // The one who closes second doesn't wait for the hooks of the first; the first one does.
      assertThat(runs).allSatisfy(count -> assertThat(count).hasValue(1));
    }
  }

  @Test
  void groups_that_end_in_all_ways_at_once_leave_no_thread_behind() {
    Seed.run(
        "ScopeRaceTest.groups",
        random -> {
          for (int round = 0; round < 500; round++) {
            List<Thread> threads = new ArrayList<>();
            int failing = random.nextInt(4);
            OwnedScope scope = APP.openScope("race");
            Started<List<Integer>> group =
                Started.on(() -> scope.concurrent(threeTasks(threads, failing)));
            if (random.nextBoolean()) {
              group.thread().interrupt();
            }
            if (random.nextBoolean()) {
              scope.cancellation().cancel("the peer has gone");
            }
            Eventually.until(group::isOver);

            synchronized (threads) {
              assertThat(threads).noneMatch(Thread::isAlive);
            }
            scope.close();
          }
        });
  }

  /** The one that is to fail does so; without one, all are done soon. */
  private static List<Executable<Integer>> threeTasks(List<Thread> threads, int failing) {
    List<Executable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int self = i;
      tasks.add(here -> {
        synchronized (threads) {
          threads.add(Thread.currentThread());
        }
        if (self == failing) {
          throw new IllegalStateException("task " + self);
        }
        here.delay(failing == 3 ? Duration.ofNanos(1_000) : Duration.ofDays(1));
        return self;
      });
    }
    return tasks;
  }
}
