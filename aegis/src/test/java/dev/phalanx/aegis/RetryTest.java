package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task that is run again, by a clock that the test holds. */
class RetryTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final RetryPolicy AT_ONCE = RetryPolicy.fixed(3, Duration.ZERO);

  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope =
      Application.starting().time(clock).compile().openScope("request");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void a_task_that_succeeds_is_run_once() throws Exception {
    String result = scope.retry(here -> "done in " + here.name(), AT_ONCE);

    assertThat(result).isEqualTo("done in request/attempt-1");
  }

  @Test
  void it_is_run_again_after_each_delay_until_it_succeeds() throws Exception {
    Started<String> trying =
        Started.on(() ->
            scope.retry(
                here -> {
                  said.add(here.name());
                  if (said.size() < 3) {
                    throw new IOException("not yet");
                  }
                  return "done";
                },
                RetryPolicy.linear(5, SECOND)));
    clock.hasSleepers(1);
    assertThat(said).containsExactly("request/attempt-1");

    clock.advance(SECOND);
    clock.hasSeenParkings(2);
    assertThat(said).containsExactly("request/attempt-1", "request/attempt-2");
    clock.advance(SECOND.multipliedBy(2));

    assertThat(trying.result()).isEqualTo("done");
  }

  @Test
  void the_last_failure_comes_out_with_the_earlier_ones_in_it() {
    assertThatThrownBy(() -> scope.retry(this::failNumbered, AT_ONCE))
        .hasMessage("failure 3")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("failure 1", "failure 2"));
  }

  @Test
  void of_many_failures_the_last_eight_are_kept() {
    assertThatThrownBy(() -> scope.retry(this::failNumbered, RetryPolicy.fixed(20, Duration.ZERO)))
        .hasMessage("failure 20")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .hasSize(8)
                .extracting(Throwable::getMessage)
                .startsWith("failure 12")
                .endsWith("failure 19"));
  }

  @Test
  void one_and_the_same_exception_may_come_each_time() {
    Exception same = new Exception("the same");

    assertThatThrownBy(() ->
            scope.retry(
                here -> {
                  throw same;
                },
                AT_ONCE))
        .isSameAs(same)
        .hasNoSuppressedExceptions();
  }

  @Test
  void a_failure_that_the_policy_does_not_name_comes_out_at_once() {
    assertThatThrownBy(
            () -> scope.retry(this::failNumbered, AT_ONCE.retryingOn(TimeoutException.class)))
        .hasMessage("failure 1");
  }

  @Test
  void neither_an_error_nor_a_cancellation_nor_an_interrupt_is_retried() {
    for (Throwable failure :
        List.of(
            new AssertionError("an error"),
            new CancellationException("cancelled"),
            new InterruptedException("interrupted"))) {
      said.clear();
      assertThatThrownBy(() ->
              scope.retry(
                  here -> {
                    said.add("run");
                    return new Settlement.Failure<String>(failure).get();
                  },
                  AT_ONCE))
          .isSameAs(failure);
      assertThat(said).as(failure.toString()).containsExactly("run");
    }
  }

  @Test
  void cancelling_the_scope_ends_the_delay_and_the_failures_so_far_are_told() throws Exception {
    Started<String> trying =
        Started.on(() -> scope.retry(this::failNumbered, RetryPolicy.fixed(3, SECOND)));
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");

    assertThat(trying.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("failure 1"));
    assertThat(said).hasSize(1);
  }

  @Test
  void a_failure_in_a_cancelled_scope_is_not_retried_and_comes_out() {
    assertThatThrownBy(() ->
            scope.retry(
                here -> {
                  said.add("run");
                  scope.cancellation().cancel("the peer has gone");
                  throw new IOException("the line is dead");
                },
                AT_ONCE))
        .hasMessage("the line is dead");
    assertThat(said).containsExactly("run");
  }

  @Test
  void in_a_cancelled_scope_no_attempt_begins() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> scope.retry(this::failNumbered, AT_ONCE))
        .isInstanceOf(CancellationException.class);
    assertThat(said).isEmpty();
  }

  @Test
  void an_attempts_hooks_run_before_the_next_attempt() {
    assertThatThrownBy(() ->
            scope.retry(
                here -> {
                  here.onDispose(() -> said.add("hook of " + here.name()));
                  return failNumbered(here);
                },
                AT_ONCE))
        .hasMessage("failure 3");
    assertThat(said)
        .containsExactly(
            "request/attempt-1",
            "hook of request/attempt-1",
            "request/attempt-2",
            "hook of request/attempt-2",
            "request/attempt-3",
            "hook of request/attempt-3");
  }

  @Test
  void a_limit_of_the_task_is_for_each_attempt_and_passing_it_is_worth_another_one()
      throws Exception {
    Task<String> late =
        Task.of(
                "price",
                here -> {
                  said.add(here.name());
                  if (said.size() == 1) {
                    clock.advance(SECOND);
                  }
                  return "done";
                })
            .withTimeout(SECOND);

    assertThat(scope.retry(late, AT_ONCE)).isEqualTo("done");
    assertThat(said).containsExactly("request/attempt-1/timeout", "request/attempt-2/timeout");
  }

  private String failNumbered(ExecutionScope here) throws IOException {
    said.add(here.name());
    long number = said.stream().filter(line -> line.startsWith("request/attempt")).count();
    throw new IOException("failure " + number);
  }
}
