package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** What runs when a scope ends. */
class DisposalTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @Test
  void hooks_run_in_the_reverse_order_of_their_registration() {
    scope.onDispose(() -> said.add("registered first"));
    scope.onDispose(() -> said.add("registered second"));
    scope.onDispose(() -> said.add("registered third"));

    scope.close();

    assertThat(said).containsExactly("registered third", "registered second", "registered first");
  }

  @Test
  void the_scope_is_cancelled_before_its_hooks_run_and_they_are_not_interrupted() {
    scope.onDispose(() ->
        said.add(
            "cancelled: "
                + scope.cancellation().cause().getMessage()
                + ", interrupted: "
                + Thread.currentThread().isInterrupted()));

    scope.close();

    assertThat(said).containsExactly("cancelled: request has ended, interrupted: false");
  }

  @Test
  void an_interrupt_of_the_one_who_closes_neither_reaches_the_hooks_nor_is_lost() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    scope.onDispose(() -> {
      closing.countDown();
      goOn.await();
      said.add("ran to its end");
    });
    Started<Boolean> closer =
        Started.on(() -> {
          scope.close();
          return Thread.currentThread().isInterrupted();
        });
    closing.await();

    closer.thread().interrupt();
    goOn.countDown();

    assertThat(closer.result()).isTrue();
    assertThat(said).containsExactly("ran to its end");
  }

  @Test
  void hooks_run_once_however_often_the_scope_is_closed() {
    scope.onDispose(() -> said.add("ran"));

    scope.close();
    scope.close();

    assertThat(said).containsExactly("ran");
  }

  @Test
  void a_scope_without_hooks_is_cancelled_when_it_closes() {
    scope.close();

    assertThat(scope.isCancelled()).isTrue();
  }

  @Test
  void a_hook_that_fails_is_logged_and_stops_no_other_not_even_by_an_error() {
    scope.onDispose(() -> said.add("the last"));
    scope.onDispose(() -> {
      throw new Exception("the disk is full");
    });
    scope.onDispose(() -> said.add("between"));
    scope.onDispose(() -> {
      throw new AssertionError("a class is missing");
    });

    try (CapturedLog log = CapturedLog.of(Scope.class)) {
      scope.close();

      assertThat(log.messages()).containsOnly("A disposal hook of request failed").hasSize(2);
      assertThat(log.levels()).containsOnly(Level.SEVERE);
      assertThat(log.causes())
          .extracting(Throwable::getMessage)
          .containsExactly("a class is missing", "the disk is full");
    }
    assertThat(said).containsExactly("between", "the last");
  }

  @Test
  void a_hook_registered_after_the_end_runs_at_once_on_the_calling_thread() {
    scope.close();
    Thread here = Thread.currentThread();

    scope.onDispose(() -> said.add("same thread: " + (Thread.currentThread() == here)));

    assertThat(said).containsExactly("same thread: true");
  }

  @Test
  void a_late_hook_that_fails_is_logged_and_an_interrupt_in_it_is_kept() {
    scope.close();

    try (CapturedLog log = CapturedLog.of(Scope.class)) {
      scope.onDispose(() -> {
        throw new InterruptedException("while flushing");
      });
      boolean interrupted = Thread.interrupted(); // and taken back, for JUnit's sake

      assertThat(interrupted).isTrue();
      assertThat(log.causes()).singleElement().isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void a_hook_registered_by_a_hook_runs_too() {
    scope.onDispose(() -> {
      scope.onDispose(() -> said.add("the hook's hook"));
      said.add("the hook");
    });

    scope.close();

    assertThat(said).containsExactly("the hook's hook", "the hook");
  }

  @Test
  void a_view_with_other_attributes_is_the_same_scope() {
    AttributeKey<String> user = AttributeKey.of("user");
    scope.withAttribute(user, "ada").onDispose(() -> said.add("ran"));

    scope.close();

    assertThat(said).containsExactly("ran");
  }

  @Test
  void dispose_gives_what_hooks_threw_in_the_order_in_which_they_ran() {
    Exception registeredFirst = new Exception("the disk is full");
    AssertionError registeredLast = new AssertionError("a class is missing");
    scope.onDispose(() -> {
      throw registeredFirst;
    });
    scope.onDispose(() -> said.add("between"));
    scope.onDispose(() -> {
      throw registeredLast;
    });

    assertThat(scope.dispose()).containsExactly(registeredLast, registeredFirst);
    assertThat(scope.dispose()).isEmpty();
    assertThat(said).containsExactly("between");
  }

  @Test
  void what_is_deferred_runs_among_the_hooks_in_a_scope_that_is_not_cancelled() {
    scope.onDispose(() -> said.add("registered first"));
    scope.defer(here -> {
      here.concurrent(List.of(task -> said.add("in a fork")));
      return said.add("deferred, cancelled: " + here.isCancelled());
    });
    scope.onDispose(() -> said.add("registered last"));

    scope.close();

    assertThat(said)
        .containsExactly(
            "registered last", "in a fork", "deferred, cancelled: false", "registered first");
  }

  @Test
  void what_is_deferred_has_a_limit() throws Exception {
    HeldClock clock = new HeldClock();
    OwnedScope held = Application.starting().time(clock).compile().openScope("held");
    held.defer(here -> {
      here.delay(ExecutionScope.DISPOSE_LIMIT.plusNanos(1));
      return said.add("never");
    });
    Started<List<Throwable>> ending = Started.on(held::dispose);
    clock.hasSleepers(1);

    clock.advance(ExecutionScope.DISPOSE_LIMIT);

    assertThat(ending.result()).singleElement().isInstanceOf(TimeoutException.class);
    assertThat(said).isEmpty();
  }

  @Test
  void what_is_deferred_in_a_task_runs_when_the_task_ends() throws Exception {
    scope.execute(here -> {
      here.defer(inner -> said.add("deferred"));
      return said.add("worked");
    });

    assertThat(said).containsExactly("worked", "deferred");
  }
}
