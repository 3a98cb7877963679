package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Said once, heard by all. */
class CancellationTokenTest {
  private final CancellationToken token = CancellationToken.create();
  private final List<String> heard = new ArrayList<>();

  @Test
  void a_new_token_is_not_cancelled() {
    assertThat(token.isCancelled()).isFalse();
    assertThat(token.cause()).isNull();
    assertThatCode(token::throwIfCancelled).doesNotThrowAnyException();
  }

  @Test
  void the_first_who_cancels_gives_the_reason() {
    assertThat(token.cancel("the peer has gone")).isTrue();
    assertThat(token.cancel("nobody cares")).isFalse();

    assertThat(token.isCancelled()).isTrue();
    assertThat(token.cause())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }

  @Test
  void who_notices_gets_the_reason_with_his_own_stack_and_the_cancellers_as_cause() {
    token.cancel("the peer has gone");

    assertThatThrownBy(this::notice)
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone")
        .hasStackTraceContaining("CancellationTokenTest.notice")
        .hasCause(token.cause());
  }

  private void notice() {
    token.throwIfCancelled();
  }

  @Test
  void actions_run_in_their_order_on_the_thread_that_cancels_once_it_is_cancelled() {
    token.onCancel(() -> heard.add("first, cancelled: " + token.isCancelled()));
    token.onCancel(() -> heard.add("second, on " + Thread.currentThread().getName()));
    assertThat(heard).isEmpty();

    token.cancel("enough");
    token.cancel("enough again");

    assertThat(heard)
        .containsExactly(
            "first, cancelled: true", "second, on " + Thread.currentThread().getName());
  }

  @Test
  void an_action_that_comes_late_runs_at_once() {
    token.cancel("enough");

    token.onCancel(() -> heard.add("late")).close();

    assertThat(heard).containsExactly("late");
  }

  @Test
  void an_action_that_was_taken_back_does_not_run() {
    CancellationToken.Registration first = token.onCancel(() -> heard.add("first"));
    token.onCancel(() -> heard.add("second"));

    first.close();
    first.close();
    token.cancel("enough");

    assertThat(heard).containsExactly("second");
  }

  @Test
  void taking_back_one_registration_twice_takes_no_other_of_the_same_action() {
    Runnable action = () -> heard.add("again");
    CancellationToken.Registration first = token.onCancel(action);
    token.onCancel(action);

    first.close();
    first.close();
    token.cancel("enough");

    assertThat(heard).containsExactly("again");
  }

  @Test
  void an_action_may_use_the_token_itself() {
    CancellationToken.Registration[] second = new CancellationToken.Registration[1];
    token.onCancel(() -> {
      second[0].close(); // too late: its turn has come
      token.onCancel(() -> heard.add("registered meanwhile"));
      heard.add("cancelled again: " + token.cancel("again"));
    });
    second[0] = token.onCancel(() -> heard.add("second"));

    token.cancel("enough");

    assertThat(heard).containsExactly("registered meanwhile", "cancelled again: false", "second");
  }

  @Test
  void an_action_that_fails_is_logged_and_stops_neither_the_others_nor_the_canceller() {
    token.onCancel(() -> {
      throw new IllegalStateException("a bad listener");
    });
    token.onCancel(() -> {
      throw new AssertionError("a worse one");
    });
    token.onCancel(() -> heard.add("the last"));

    try (CapturedLog log = CapturedLog.of(CancellationToken.class)) {
      assertThat(token.cancel("enough")).isTrue();

      assertThat(log.causes())
          .extracting(Throwable::getMessage)
          .containsExactly("a bad listener", "a worse one");
    }
    assertThat(heard).containsExactly("the last");
  }

  @Test
  void a_scope_ends_and_its_hooks_run_though_an_action_on_cancellation_fails() {
    Application app = Application.starting().compile();
    OwnedScope scope = app.openScope("scope");
    scope.onDispose(() -> heard.add("hook"));
    scope
        .cancellation()
        .onCancel(() -> {
          throw new IllegalStateException("a bad listener");
        });

    try (CapturedLog log = CapturedLog.of(CancellationToken.class)) {
      scope.close();

      assertThat(log.messages()).hasSize(1);
    }
    assertThat(heard).containsExactly("hook");
  }

  @Test
  void no_token_at_all_can_not_be_cancelled() {
    CancellationToken none = CancellationToken.none();
    CancellationToken.Registration registration = none.onCancel(() -> heard.add("never"));

    assertThat(none.cancel("enough")).isFalse();

    assertThat(none.isCancelled()).isFalse();
    assertThat(none.cause()).isNull();
    assertThat(heard).isEmpty();
    registration.close();
  }
}
