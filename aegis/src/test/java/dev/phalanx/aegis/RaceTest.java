package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks of which the first to end counts, however it ends. */
class RaceTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final CountDownLatch begun = new CountDownLatch(1);
  private final List<String> said = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void the_first_to_give_a_value_wins_and_the_other_is_interrupted_and_waited_for()
      throws Exception {
    String winner =
        scope.race(
            List.of(
                this::waitForever,
                here -> {
                  begun.await();
                  return "the quick one";
                }));

    assertThat(winner).isEqualTo("the quick one");
    assertThat(said).containsExactly("interrupted: another task of request/concurrent won");
  }

  @Test
  void a_failure_wins_like_a_value() {
    IllegalStateException failure = new IllegalStateException("it failed first");

    assertThatThrownBy(() ->
            scope.race(
                List.of(
                    this::waitForever,
                    here -> {
                      begun.await();
                      throw failure;
                    })))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
    assertThat(said).hasSize(1);
  }

  @Test
  void the_winner_may_have_nothing_to_give() throws Exception {
    String nothing = scope.race(List.of(here -> null));

    assertThat(nothing).isNull();
  }

  @Test
  void nobody_wins_where_nobody_runs() {
    assertThatThrownBy(() -> scope.race(List.<Executable<String>>of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be a task");
  }

  private String waitForever(ExecutionScope here) throws InterruptedException {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      return "never";
    } catch (InterruptedException e) {
      said.add("interrupted: " + here.cancellation().cause().getMessage());
      throw e;
    }
  }
}
