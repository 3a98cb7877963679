package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clean-up that must run though nobody wants the work any more. */
class ShieldedTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope =
      Application.starting().time(clock).compile().openScope("request");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void no_timer_is_left() {
    assertThat(clock.timers()).isZero();
    scope.close();
  }

  @Test
  void it_runs_in_a_cancelled_scope_with_all_the_primitives() throws Exception {
    scope.cancellation().cancel("the peer has gone");
    Started<List<String>> cleaning =
        Started.on(() ->
            scope.shielded(
                LIMIT,
                here -> {
                  here.delay(SECOND);
                  return here.concurrent(List.of(a -> "saved", b -> here.name()));
                }));
    clock.hasSleepers(1);

    clock.advance(SECOND);

    assertThat(cleaning.result()).containsExactly("saved", "request/shielded");
  }

  @Test
  void cancelling_the_scope_meanwhile_does_not_reach_it() throws Exception {
    Started<String> cleaning =
        Started.on(() ->
            scope.shielded(
                LIMIT,
                here -> {
                  here.delay(SECOND);
                  return "saved, cancelled: " + here.isCancelled();
                }));
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");
    clock.advance(SECOND);

    assertThat(cleaning.result()).isEqualTo("saved, cancelled: false");
  }

  @Test
  void it_has_a_limit_of_its_own() throws Exception {
    Started<String> cleaning =
        Started.on(() ->
            scope.shielded(
                LIMIT,
                here -> {
                  new CountDownLatch(1).await();
                  return "never";
                }));
    cleaning.waits();

    clock.advance(LIMIT);

    assertThat(cleaning.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/shielded took longer than PT5S");
  }

  @Test
  void it_runs_in_a_task_whose_time_is_over_though_the_interrupt_is_not_consumed()
      throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                task -> {
                  clock.advance(SECOND); // over: interrupted and cancelled
                  said.add("cleaned up: " + task.shielded(LIMIT, this::cleanUp));
                  said.add("interrupted again: " + Thread.currentThread().isInterrupted());
                  return "too late";
                }));
    clock.hasSleepers(1);

    clock.advance(SECOND);

    assertThat(late.failure()).isInstanceOf(TimeoutException.class);
    assertThat(said)
        .containsExactly("cleaned up: in request/timeout/shielded", "interrupted again: true");
  }

  @Test
  void a_deadline_around_it_that_passes_meanwhile_waits_for_its_end() throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                task -> {
                  said.add("cleaned up: " + task.shielded(LIMIT, this::cleanUp));
                  new CountDownLatch(1).await();
                  return "never";
                }));
    clock.hasSleepers(1);

    clock.advance(SECOND); // exactly the clean-up's time too, so it ends by itself

    assertThat(late.failure())
        .isInstanceOf(TimeoutException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(said).containsExactly("cleaned up: in request/timeout/shielded");
  }

  @Test
  void it_runs_in_a_task_that_another_tasks_failure_interrupts() {
    CountDownLatch inShield = new CountDownLatch(1);
    CountDownLatch allInterrupted = new CountDownLatch(1);
    Executable<String> cleaner =
        task -> {
          said.add(
              task.shielded(
                  LIMIT,
                  here -> {
                    inShield.countDown();
                    allInterrupted.await(); // it would throw if the interrupt came through
                    return cleanUpAtOnce(here);
                  }));
          new CountDownLatch(1).await();
          return "never";
        };
    Executable<String> failing =
        task -> {
          inShield.await();
          throw new IllegalStateException("the other one failed");
        };
    Executable<String> interruptedLast =
        task -> {
          try {
            new CountDownLatch(1).await();
            return "never";
          } catch (InterruptedException e) {
            allInterrupted.countDown();
            throw e;
          }
        };

    assertThatThrownBy(() -> scope.concurrent(List.of(cleaner, failing, interruptedLast)))
        .hasMessage("the other one failed")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .hasSize(2)
                .hasOnlyElementsOfType(InterruptedException.class));
    assertThat(said).containsExactly("in request/concurrent/0/shielded");
  }

  @Test
  void shields_may_stand_inside_of_shields() throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                task -> {
                  clock.advance(SECOND);
                  task.shielded(
                      LIMIT,
                      outer -> {
                        said.add("inner: " + outer.shielded(LIMIT, this::cleanUpAtOnce));
                        said.add("between: " + Thread.currentThread().isInterrupted());
                        said.add("again: " + task.shielded(LIMIT, this::cleanUpAtOnce));
                        said.add("between: " + Thread.currentThread().isInterrupted());
                        return null;
                      });
                  said.add("outside: " + Thread.currentThread().isInterrupted());
                  return "too late";
                }));

    assertThat(late.failure()).isInstanceOf(TimeoutException.class);
    assertThat(said)
        .containsExactly(
            "inner: in request/timeout/shielded/shielded",
            "between: false",
            "again: in request/timeout/shielded",
            "between: false",
            "outside: true");
  }

  @Test
  void an_interrupt_that_came_before_it_is_back_afterwards() throws Exception {
    Started<Boolean> cleaning =
        Started.on(() -> {
          Thread.currentThread().interrupt();
          scope.shielded(LIMIT, this::cleanUpAtOnce);
          return Thread.currentThread().isInterrupted();
        });

    assertThat(cleaning.result()).isTrue();
  }

  @Test
  void without_an_interrupt_none_is_there_afterwards() throws Exception {
    Started<Boolean> cleaning =
        Started.on(() -> {
          scope.shielded(LIMIT, this::cleanUpAtOnce);
          return Thread.currentThread().isInterrupted();
        });

    assertThat(cleaning.result()).isFalse();
  }

  @Test
  void what_it_throws_comes_out_as_it_is() {
    Exception failure = new Exception("the disk is full");

    assertThatThrownBy(() ->
            scope.shielded(
                LIMIT,
                here -> {
                  throw failure;
                }))
        .isSameAs(failure);
  }

  @Test
  void the_scope_around_it_stays_cancelled() throws Exception {
    scope.cancellation().cancel("the peer has gone");
    scope.shielded(LIMIT, this::cleanUpAtOnce);

    assertThatThrownBy(() -> scope.delay(SECOND)).isInstanceOf(CancellationException.class);
  }

  private String cleanUp(ExecutionScope here) throws InterruptedException {
    here.delay(SECOND);
    return cleanUpAtOnce(here);
  }

  private String cleanUpAtOnce(ExecutionScope here) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("in a shield");
    }
    here.throwIfCancelled();
    return "in " + here.name();
  }
}
