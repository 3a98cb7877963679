package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task with a deadline, by a clock that the test holds. */
class TimeoutTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope =
      Application.starting().time(clock).compile().openScope("request");

  @AfterEach
  void no_timer_is_left() {
    assertThat(clock.timers()).isZero();
    scope.close();
  }

  @Test
  void a_task_that_is_in_time_gives_its_result_and_its_timer_is_taken_back() throws Exception {
    String result =
        scope.timeout(
            SECOND,
            here -> {
              assertThat(clock.timers()).isEqualTo(1);
              clock.advance(SECOND.minusNanos(1));
              assertThat(here.isCancelled()).isFalse();
              return "in time, in " + here.name();
            });

    assertThat(result).isEqualTo("in time, in request/timeout");
    assertThat(scope.isCancelled()).isFalse();
  }

  @Test
  void a_task_may_give_null() throws Exception {
    String nothing = scope.timeout(SECOND, here -> null);

    assertThat(nothing).isNull();
  }

  @Test
  void past_the_deadline_the_thread_is_interrupted_and_the_task_cancelled() throws Exception {
    List<String> seen = new ArrayList<>();
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                here -> {
                  here.cancellation().onCancel(() -> seen.add("cancelled"));
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    seen.add("interrupted");
                    throw e;
                  }
                  return "never";
                }));
    late.waits();

    clock.advance(SECOND);

    assertThat(late.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/timeout took longer than PT1S")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(seen).containsExactlyInAnyOrder("interrupted", "cancelled");
    assertThat(scope.isCancelled()).as("the scope around").isFalse();
  }

  @Test
  void what_the_task_throws_when_it_is_stopped_is_the_cause_of_the_timeout() throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                here -> {
                  try {
                    here.delay(SECOND.multipliedBy(10));
                  } catch (InterruptedException | CancellationException e) {
                    throw new IllegalStateException("stopped half-way");
                  }
                  return "never";
                }));
    clock.hasSleepers(1);

    clock.advance(SECOND);

    assertThat(late.failure())
        .isInstanceOf(TimeoutException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stopped half-way");
  }

  @Test
  void a_failure_in_time_comes_out_as_it_is() {
    Exception failure = new Exception("no such user");
    AssertionError error = new AssertionError("not even an exception");

    assertThatThrownBy(() ->
            scope.timeout(
                SECOND,
                here -> {
                  throw failure;
                }))
        .isSameAs(failure);
    assertThatThrownBy(() ->
            scope.timeout(
                SECOND,
                here -> {
                  throw error;
                }))
        .isSameAs(error);
  }

  @Test
  void a_task_that_comes_late_though_it_did_not_notice_is_late_all_the_same() {
    assertThatThrownBy(() ->
            scope.timeout(
                SECOND,
                here -> {
                  clock.advance(SECOND);
                  return "too late";
                }))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/timeout took longer than PT1S");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void no_interrupt_is_left_to_whoever_comes_after() throws Exception {
    Started<Boolean> afterwards =
        Started.on(() -> {
          assertThatThrownBy(() ->
                  scope.timeout(
                      SECOND,
                      here -> {
                        clock.advance(SECOND); // the interrupt is there, and not consumed
                        assertThat(Thread.currentThread().isInterrupted()).isTrue();
                        throw new AssertionError("by an error, even");
                      }))
              .isInstanceOf(AssertionError.class);
          return Thread.currentThread().isInterrupted();
        });

    assertThat(afterwards.result()).isFalse();
  }

  @Test
  void an_interrupt_from_elsewhere_comes_out_as_it_is_when_the_time_is_not_over() throws Exception {
    Started<Boolean> task =
        Started.on(() -> {
          scope.timeout(
              SECOND,
              here -> {
                Thread.currentThread().interrupt();
                return "done, with the interrupt still there";
              });
          return Thread.currentThread().isInterrupted();
        });

    assertThat(task.result()).isTrue();
  }

  @Test
  void cancelling_the_scope_around_cancels_the_task_and_does_not_interrupt_it() throws Exception {
    Started<Boolean> task =
        Started.on(() ->
            scope.timeout(
                SECOND,
                here -> {
                  assertThatThrownBy(() -> here.delay(SECOND.multipliedBy(10)))
                      .isInstanceOf(CancellationException.class)
                      .hasMessage("request was cancelled");
                  return Thread.currentThread().isInterrupted();
                }));
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");

    assertThat(task.result()).isFalse();
  }

  @Test
  void in_a_cancelled_scope_the_task_does_not_begin() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> scope.timeout(SECOND, here -> "never"))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }

  @Test
  void the_outer_deadline_ends_the_inner_task() throws Exception {
    Started<String> nested =
        Started.on(() ->
            scope.timeout(
                SECOND,
                outer ->
                    outer.timeout(
                        SECOND.multipliedBy(5),
                        inner -> {
                          inner.delay(SECOND.multipliedBy(10));
                          return "never";
                        })));
    clock.hasSleepers(1);

    clock.advance(SECOND);

    assertThat(nested.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/timeout took longer than PT1S");
  }

  @Test
  void the_inner_deadline_leaves_the_outer_task_running() throws Exception {
    Started<String> nested =
        Started.on(() ->
            scope.timeout(
                SECOND.multipliedBy(5),
                outer -> {
                  assertThatThrownBy(() ->
                          outer.timeout(
                              SECOND,
                              inner -> {
                                inner.delay(SECOND.multipliedBy(10));
                                return "never";
                              }))
                      .isInstanceOf(TimeoutException.class)
                      .hasMessage("request/timeout/timeout took longer than PT1S");
                  assertThat(Thread.currentThread().isInterrupted()).isFalse();
                  outer.delay(SECOND);
                  return "went on";
                }));
    clock.hasSleepers(1);
    clock.advance(SECOND);
    clock.hasSeenParkings(2);

    clock.advance(SECOND);

    assertThat(nested.result()).isEqualTo("went on");
  }

  @Test
  void when_both_deadlines_pass_at_once_the_inner_does_not_take_the_outer_ones_interrupt()
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Started<String> nested =
        Started.on(() ->
            scope.timeout(
                SECOND,
                outer -> {
                  assertThatThrownBy(() ->
                          outer.timeout(
                              SECOND,
                              inner -> {
                                clock.advance(SECOND); // both fire, before this can notice
                                return "too late";
                              }))
                      .isInstanceOf(TimeoutException.class);
                  never.await(); // no primitive of the scope: only an interrupt ends it
                  return "never";
                }));

    assertThat(nested.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/timeout took longer than PT1S")
        .hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void a_deadline_inside_of_a_task_does_not_take_the_interrupt_of_the_group() {
    CountDownLatch fired = new CountDownLatch(1);
    CountDownLatch allInterrupted = new CountDownLatch(1);
    Executable<String> timed =
        here -> {
          try {
            here.timeout(
                SECOND,
                inner -> {
                  clock.advance(SECOND);
                  fired.countDown();
                  awaitDeafly(allInterrupted);
                  return "too late";
                });
          } catch (TimeoutException e) {
            new CountDownLatch(1).await(); // only the group's interrupt ends it
          }
          return "never";
        };
    Executable<String> failing =
        here -> {
          fired.await();
          throw new IllegalStateException("the other one failed");
        };
    Executable<String> interruptedLast =
        here -> {
          try {
            new CountDownLatch(1).await();
            return "never";
          } catch (InterruptedException e) {
            allInterrupted.countDown();
            throw e;
          }
        };

    assertThatThrownBy(() -> scope.concurrent(List.of(timed, failing, interruptedLast)))
        .hasMessage("the other one failed")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .hasSize(2)
                .hasOnlyElementsOfType(InterruptedException.class));
  }

  @Test
  void a_group_inside_of_a_task_ends_with_the_deadline() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Started<Object> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                here ->
                    here.concurrent(
                        List.of(task -> {
                          threads.add(Thread.currentThread());
                          task.delay(SECOND.multipliedBy(10));
                          return "never";
                        }))));
    clock.hasSleepers(1);

    clock.advance(SECOND);

    assertThat(late.failure()).isInstanceOf(TimeoutException.class);
    assertThat(threads).hasSize(1).noneMatch(Thread::isAlive);
  }

  @Test
  void hooks_registered_in_the_task_run_when_it_ends_and_not_when_the_scope_does()
      throws Exception {
    List<String> said = new ArrayList<>();
    scope.onDispose(() -> said.add("the scope's"));

    scope.timeout(
        SECOND,
        here -> {
          here.onDispose(() -> said.add("the task's"));
          return null;
        });

    assertThat(said).containsExactly("the task's");
  }

  @Test
  void the_task_sees_the_attributes() throws Exception {
    AttributeKey<String> user = AttributeKey.of("user");

    ExecutionScope view = scope.withAttribute(user, "ada");
    String seen = view.timeout(SECOND, here -> here.attribute(user));

    assertThat(seen).isEqualTo("ada");
  }

  private static void awaitDeafly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
