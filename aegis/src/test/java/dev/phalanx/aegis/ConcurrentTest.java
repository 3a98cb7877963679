package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks side by side. */
class ConcurrentTest {
  private static final Duration FOREVER = Duration.ofDays(1);

  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void nothing_is_left_running() {
    assertThat(threads).as("threads of tasks").noneMatch(Thread::isAlive);
    scope.close();
  }

  @Test
  void the_results_are_in_the_order_of_the_tasks_whoever_is_ready_first() throws Exception {
    CountDownLatch lastIsReady = new CountDownLatch(1);

    List<String> results =
        scope.concurrent(
            List.of(
                here -> {
                  seen();
                  lastIsReady.await();
                  return "first";
                },
                here -> {
                  seen();
                  lastIsReady.await();
                  return "second";
                },
                here -> {
                  seen();
                  lastIsReady.countDown();
                  return "third";
                }));

    assertThat(results).containsExactly("first", "second", "third");
  }

  @Test
  void each_task_has_a_virtual_thread_of_its_own_and_all_run_at_once() throws Exception {
    CyclicBarrier meet = new CyclicBarrier(3);
    Executable<Boolean> task =
        here -> {
          seen();
          meet.await();
          return Thread.currentThread().isVirtual();
        };

    assertThat(scope.concurrent(List.of(task, task, task))).containsExactly(true, true, true);
    assertThat(threads)
        .hasSize(3)
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder(
            "request/concurrent-0", "request/concurrent-1", "request/concurrent-2");
  }

  @Test
  void no_tasks_give_no_results() throws Exception {
    assertThat(scope.concurrent(List.<Executable<String>>of())).isEmpty();
  }

  @Test
  void the_first_failure_interrupts_the_others_and_is_what_comes_out() {
    IllegalStateException failure = new IllegalStateException("the second failed");

    assertThatThrownBy(() ->
            scope.concurrent(
                List.of(
                    this::waitForever,
                    here -> {
                      seen();
                      begun.await();
                      throw failure;
                    })))
        .isSameAs(failure);
    assertThat(threads).hasSize(2);
    assertThat(scope.isCancelled()).as("the scope around").isFalse();
  }

  @Test
  void later_failures_are_suppressed_in_the_first() {
    Exception second = new Exception("while cleaning up");

    assertThatThrownBy(() ->
            scope.concurrent(
                List.of(
                    here -> {
                      try {
                        return waitForever(here);
                      } catch (InterruptedException | CancellationException e) {
                        throw second;
                      }
                    },
                    here -> {
                      seen();
                      begun.await();
                      throw new Exception("the first");
                    })))
        .hasMessage("the first")
        .satisfies(first -> assertThat(first.getSuppressed()).containsExactly(second));
  }

  @Test
  void an_error_of_a_task_comes_out_as_it_is() {
    AssertionError error = new AssertionError("not an exception");

    assertThatThrownBy(() ->
            scope.concurrent(
                List.<Executable<String>>of(here -> {
                  seen();
                  throw error;
                })))
        .isSameAs(error);
  }

  @Test
  void two_tasks_may_fail_with_one_and_the_same_exception() {
    Exception shared = new Exception("shared");
    CyclicBarrier meet = new CyclicBarrier(2);
    Executable<String> failing =
        here -> {
          seen();
          meet.await();
          throw shared;
        };

    assertThatThrownBy(() -> scope.concurrent(List.of(failing, failing))).isSameAs(shared);
  }

  @Test
  void a_task_may_give_nothing() throws Exception {
    Executable<String> nothing =
        here -> {
          seen();
          return null;
        };

    List<Executable<String>> tasks = List.of(here -> "something", nothing);

    assertThat(scope.concurrent(tasks)).containsExactly("something", null);
  }

  @Test
  void cancelling_the_scope_around_interrupts_the_tasks_and_says_why() throws Exception {
    Started<List<String>> group =
        Started.on(() -> scope.concurrent(List.of(this::waitForever, this::sleepForever)));
    begun.await();

    scope.cancellation().cancel("the peer has gone");

    assertThat(group.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }

  @Test
  void in_a_cancelled_scope_no_task_begins() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> scope.concurrent(List.of(this::waitForever)))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(threads).isEmpty();
  }

  @Test
  void an_interrupt_of_the_caller_ends_the_tasks_and_comes_out() throws Exception {
    Started<List<String>> group = Started.on(() -> scope.concurrent(List.of(this::waitForever)));
    begun.await();

    group.thread().interrupt();

    assertThat(group.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void an_interrupt_of_the_caller_that_another_failure_hides_is_kept() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Executable<String> failing =
        here -> {
          seen();
          try {
            return waitForever(here);
          } catch (InterruptedException | CancellationException e) {
            throw new IllegalStateException("the real reason");
          }
        };
    Executable<String> interrupting = // ends the wait for the group in both ways at once
        here -> {
          seen();
          begun.await();
          failed.countDown();
          uninterruptibly(interrupted);
          return "done";
        };
    Started<Boolean> group =
        Started.on(() -> {
          assertThatThrownBy(() -> scope.concurrent(List.of(failing, interrupting)))
              .isInstanceOf(CancellationException.class);
          return Thread.currentThread().isInterrupted();
        });
    failed.await();
    group.waits();

    group.thread().interrupt();
    scope.cancellation().cancel("the peer has gone");
    interrupted.countDown();

    assertThat(group.result()).isTrue();
  }

  @Test
  void a_caller_who_is_woken_for_nothing_waits_on() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Executable<String> waiting =
        here -> {
          seen();
          begun.countDown();
          release.await();
          return "done";
        };
    Started<List<String>> group = Started.on(() -> scope.concurrent(List.of(waiting)));
    begun.await();
    group.waits();

    LockSupport.unpark(group.thread());
    group.waits();
    assertThat(group.isOver()).isFalse();
    release.countDown();

    assertThat(group.result()).containsExactly("done");
  }

  @Test
  void who_leaves_a_group_leaves_no_thread_of_it_that_has_not_ended() throws Exception {
    Executable<Integer> trivial =
        here -> {
          seen();
          return 1;
        };
    for (int round = 0; round < 5_000; round++) {
      scope.concurrent(List.of(trivial, trivial, trivial));

      assertThat(threads).as("round %d", round).noneMatch(Thread::isAlive);
      threads.clear();
    }
  }

  @Test
  void a_task_sees_the_attributes_and_can_have_groups_of_its_own() throws Exception {
    AttributeKey<String> user = AttributeKey.of("user");
    Executable<String> inner = here -> here.name() + " for " + here.attribute(user);
    Executable<List<String>> outer = here -> here.concurrent(List.of(inner, inner));

    assertThat(scope.withAttribute(user, "ada").concurrent(List.of(outer)))
        .containsExactly(
            List.of(
                "request/concurrent/0/concurrent/0 for ada",
                "request/concurrent/0/concurrent/1 for ada"));
  }

  @Test
  void a_failure_ends_the_groups_inside_of_the_other_tasks() {
    assertThatThrownBy(() ->
            scope.concurrent(
                List.<Executable<?>>of(
                    here -> here.concurrent(List.of(this::waitForever, this::sleepForever)),
                    here -> {
                      seen();
                      begun.await();
                      throw new IllegalStateException("the other one failed");
                    })))
        .hasMessage("the other one failed");
    assertThat(threads).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void the_hooks_of_a_task_run_when_it_has_ended_whether_others_still_run_or_not()
      throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();
    CountDownLatch cleaned = new CountDownLatch(1);
    Executable<String> task =
        here -> {
          seen();
          here.onDispose(cleaned::countDown);
          here.onDispose(() -> said.add("clean-up of " + here.name()));
          return "work";
        };
    Executable<String> other =
        here -> {
          seen();
          cleaned.await();
          return "after it";
        };

    said.addAll(scope.concurrent(List.of(task, other)));

    assertThat(said).containsExactly("clean-up of request/concurrent/0", "work", "after it");
  }

  private String waitForever(ExecutionScope here) throws InterruptedException {
    seen();
    begun.countDown();
    here.delay(FOREVER);
    return "never";
  }

  private String sleepForever(ExecutionScope here) throws InterruptedException {
    seen();
    new CountDownLatch(1).await();
    return "never, " + here.name();
  }

  private void seen() {
    threads.add(Thread.currentThread());
  }

  private static void uninterruptibly(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        latch.await();
        open = true;
      } catch (InterruptedException e) {
        // Deaf to it: that is what this test needs.
      }
    }
  }
}
