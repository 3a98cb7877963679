package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks of which the first value counts. */
class AnyTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final CountDownLatch firstHasFailed = new CountDownLatch(1);
  private final List<String> said = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void a_failure_loses_against_a_value_that_comes_later_and_the_others_are_interrupted()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);

    String value =
        scope.any(
            List.of(
                here -> {
                  try (AutoCloseable failing = firstHasFailed::countDown) {
                    throw new IllegalStateException("the first failed");
                  }
                },
                here -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    said.add("interrupted");
                  }
                  return "too late";
                },
                here -> {
                  firstHasFailed.await();
                  begun.await();
                  return "the third's";
                }));

    assertThat(value).isEqualTo("the third's");
    assertThat(said).containsExactly("interrupted");
  }

  @Test
  void null_is_a_value() throws Exception {
    String nothing = scope.any(List.of(here -> null));

    assertThat(nothing).isNull();
  }

  @Test
  void if_all_fail_the_first_failure_comes_out_with_the_others_in_it() {
    Exception first = new Exception("first to fail");
    AssertionError second = new AssertionError("second to fail");

    assertThatThrownBy(() ->
            scope.any(
                List.of(
                    here -> {
                      firstHasFailed.await();
                      throw second;
                    },
                    here -> {
                      here.onDispose(firstHasFailed::countDown);
                      throw first;
                    })))
        .isIn(first, second)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(e == first ? second : first));
  }

  @Test
  void an_error_comes_out_as_it_is() {
    AssertionError error = new AssertionError("a class is missing");

    assertThatThrownBy(() ->
            scope.any(
                List.of(here -> {
                  throw error;
                })))
        .isSameAs(error)
        .hasNoSuppressedExceptions();
  }

  @Test
  void there_must_be_a_task() {
    assertThatThrownBy(() -> scope.any(List.<Executable<String>>of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be a task");
  }
}
