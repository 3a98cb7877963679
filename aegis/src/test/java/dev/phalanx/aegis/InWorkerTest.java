package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks on the platform threads of the application's pool. */
class InWorkerTest {
  private static final int WORKERS = Runtime.getRuntime().availableProcessors();

  private final Application app = Application.starting().compile();
  private final OwnedScope scope = app.openScope("request");
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  @AfterEach
  void the_workers_are_let_go() {
    release.countDown();
    scope.close();
    app.close();
    Eventually.until(() -> threads.stream().noneMatch(Thread::isAlive));
  }

  @Test
  void it_runs_on_a_platform_thread_in_a_scope_of_its_own() throws Exception {
    AttributeKey<String> user = AttributeKey.of("user");

    String where =
        scope
            .withAttribute(user, "ada")
            .inWorker(here -> {
              here.onDispose(() -> said.add("closed"));
              Thread worker = Thread.currentThread();
              return "%s %s %s %s"
                  .formatted(
                      here.name(), here.attribute(user), worker.isVirtual(), worker.getName());
            });

    assertThat(where).startsWith("request/worker ada false hermes-worker-");
    assertThat(said).containsExactly("closed");
  }

  @Test
  void what_it_throws_comes_out_as_it_is_even_an_error() {
    Exception failure = new Exception("it failed");
    AssertionError error = new AssertionError("a class is missing");

    assertThatThrownBy(() -> scope.inWorker(here -> new Settlement.Failure<>(failure).get()))
        .isSameAs(failure);
    assertThatThrownBy(() -> scope.inWorker(here -> new Settlement.Failure<>(error).get()))
        .isSameAs(error);
  }

  @Test
  void never_more_run_at_once_than_there_are_processors_and_as_many_do() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch allBusy = new CountDownLatch(WORKERS);
    Executable<Boolean> job =
        here ->
            here.inWorker(inside -> {
              threads.add(Thread.currentThread());
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              allBusy.countDown();
              allBusy.await();
              running.decrementAndGet();
              return true;
            });

    scope.concurrent(Collections.nCopies(20 * WORKERS, job));

    assertThat(most).hasValue(WORKERS);
    assertThat(threads).hasSize(WORKERS);
  }

  @Test
  void a_task_that_runs_is_interrupted_and_waited_for_when_the_scope_is_cancelled()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Started<String> waiting =
        Started.on(() ->
            scope.inWorker(here -> {
              begun.countDown();
              try {
                release.await();
                return "never";
              } catch (InterruptedException e) {
                said.add("interrupted, cancelled: " + here.isCancelled());
                throw e;
              }
            }));
    begun.await();

    scope.cancellation().cancel("the peer has gone");

    assertThat(waiting.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(said).containsExactly("interrupted, cancelled: true");
  }

  @Test
  void an_interrupt_of_the_one_who_waits_interrupts_the_task_and_comes_out() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Started<String> waiting =
        Started.on(() ->
            scope.inWorker(here -> {
              begun.countDown();
              try {
                release.await();
              } finally {
                said.add("ended");
              }
              return "never";
            }));
    begun.await();

    waiting.thread().interrupt();

    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    assertThat(said).containsExactly("ended");
  }

  @Test
  void a_task_that_has_not_begun_when_it_is_given_up_never_begins() throws Exception {
    List<Started<Boolean>> busy = allWorkersBusy();
    Started<Boolean> waiting = Started.on(() -> scope.inWorker(here -> said.add("begun")));
    waiting.waits();

    scope.cancellation().cancel("the peer has gone");

    assertThat(waiting.failure()).isInstanceOf(CancellationException.class);
    release.countDown();
    for (Started<Boolean> each : busy) {
      each.result();
    }
    try (OwnedScope other = app.openScope("other")) {
      assertThat(other.<String>inWorker(Scope::name)).isEqualTo("other/worker");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void an_interrupt_never_leaks_to_the_next_job_of_the_same_worker() throws Exception {
    for (int round = 0; round < 500; round++) {
      OwnedScope cancelled = app.openScope("cancelled");
      Started<Boolean> leaving =
          Started.on(() ->
              cancelled.inWorker(here -> {
                threads.add(Thread.currentThread());
                while (!here.isCancelled()) {
                  Thread.onSpinWait();
                }
                return true;
              }));
      Thread.yield();
      cancelled.cancellation().cancel("the peer has gone");
      Boolean interrupted = scope.inWorker(here -> Thread.currentThread().isInterrupted());

      assertThat(interrupted).as("round %d", round).isFalse();
      assertThat(leaving.failure()).isInstanceOf(CancellationException.class);
      cancelled.close();
    }
  }

  @Test
  void a_job_that_interrupts_itself_leaves_nothing_to_the_next() throws Exception {
    for (int job = 0; job < 10 * WORKERS; job++) {
      boolean interrupted =
          scope.inWorker(here -> {
            boolean before = Thread.currentThread().isInterrupted();
            Thread.currentThread().interrupt();
            return before;
          });
      assertThat(interrupted).isFalse();
    }
  }

  /** Else a few of them, each waiting for one inside of it, would wait for ever. */
  @Test
  void a_worker_runs_what_it_asks_a_worker_for() throws Exception {
    Executable<Boolean> nested =
        here -> {
          Thread worker = Thread.currentThread();
          return here.inWorker(inside -> Thread.currentThread() == worker);
        };
    Executable<Boolean> job = here -> here.inWorker(nested);

    assertThat(scope.concurrent(Collections.nCopies(4 * WORKERS, job))).doesNotContain(false);
  }

  @Test
  void a_closed_application_has_no_workers() {
    app.close();

    assertThatThrownBy(() -> scope.inWorker(here -> "never"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The application has been closed: no worker runs a task");
  }

  @Test
  void closing_the_application_refuses_what_waits_and_interrupts_what_runs() throws Exception {
    List<Started<Boolean>> busy = allWorkersBusy();
    Started<Boolean> waiting = Started.on(() -> scope.inWorker(here -> said.add("begun")));
    waiting.waits();

    app.close();

    assertThat(waiting.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The application has been closed: no worker runs a task");
    for (Started<Boolean> each : busy) {
      assertThat(each.failure()).isInstanceOf(InterruptedException.class);
    }
    assertThat(said).isEmpty();
  }

  private List<Started<Boolean>> allWorkersBusy() throws InterruptedException {
    CountDownLatch allBegun = new CountDownLatch(WORKERS);
    List<Started<Boolean>> busy = new ArrayList<>();
    OwnedScope others = app.openScope("others");
    for (int i = 0; i < WORKERS; i++) {
      busy.add(
          Started.on(() ->
              others.inWorker(here -> {
                threads.add(Thread.currentThread());
                allBegun.countDown();
                release.await();
                return true;
              })));
    }
    allBegun.await();
    return busy;
  }
}
