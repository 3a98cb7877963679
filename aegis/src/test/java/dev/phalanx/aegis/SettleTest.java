package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks side by side, of which some may fail. */
class SettleTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void a_failure_stops_no_other_task_and_each_end_is_in_its_place() throws Exception {
    IllegalStateException failure = new IllegalStateException("the second failed");
    CountDownLatch failed = new CountDownLatch(1);

    SettlementBag<String> bag =
        scope.settle(
            List.of(
                here -> {
                  failed.await();
                  return "first";
                },
                here -> {
                  failed.countDown();
                  throw failure;
                },
                here -> null));

    assertThat(bag)
        .containsExactly(
            new Settlement.Success<>("first"),
            new Settlement.Failure<>(failure),
            new Settlement.Success<>(null));
    assertThat(bag.size()).isEqualTo(3);
    assertThat(bag.allSucceeded()).isFalse();
    assertThat(bag.values()).containsExactly("first", null);
    assertThat(bag.failures()).containsExactly(failure);
  }

  @Test
  void a_failed_task_may_be_replaced_by_another_value() throws Exception {
    SettlementBag<String> bag =
        scope.settle(
            List.of(
                here -> "first",
                here -> {
                  throw new IllegalStateException("the second failed");
                }));

    assertThat(bag.getOrElse(0, "none")).isEqualTo("first");
    assertThat(bag.getOrElse(1, "none")).isEqualTo("none");
    assertThat(bag.get(0).get()).isEqualTo("first");
    assertThatThrownBy(() -> bag.get(1).get()).hasMessage("the second failed");
  }

  @Test
  void an_error_of_a_task_is_a_failure_like_any_other() throws Exception {
    AssertionError error = new AssertionError("a class is missing");

    SettlementBag<String> bag =
        scope.settle(
            List.of(here -> {
              throw error;
            }));

    assertThat(bag.failures()).containsExactly(error);
    assertThatThrownBy(() -> bag.get(0).get()).isSameAs(error);
  }

  @Test
  void tasks_that_all_give_a_value_have_all_succeeded() throws Exception {
    assertThat(scope.<Integer>settle(List.of(here -> 1, here -> 2)).allSucceeded()).isTrue();
    assertThat(scope.settle(List.<Executable<Integer>>of()).allSucceeded()).isTrue();
  }

  @Test
  void cancelling_the_scope_ends_the_tasks_and_is_what_comes_out() throws Exception {
    Started<SettlementBag<String>> waiting =
        Started.on(() ->
            scope.settle(
                List.of(
                    here -> "first",
                    here -> {
                      here.delay(Duration.ofDays(1));
                      return "never";
                    })));
    waiting.waits();

    scope.cancellation().cancel("the peer has gone");

    assertThat(waiting.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }
}
