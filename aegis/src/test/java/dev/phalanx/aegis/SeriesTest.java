package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks one after the other. */
class SeriesTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final List<String> said = new ArrayList<>();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void each_runs_on_the_calling_thread_when_the_one_before_it_has_ended_with_its_hooks()
      throws Exception {
    Thread here = Thread.currentThread();

    List<Boolean> onThisThread = scope.series(List.of(named("one", here), named("two", here)));

    assertThat(onThisThread).containsExactly(true, true);
    assertThat(said).containsExactly("one", "hook of one", "two", "hook of two");
  }

  private Executable<Boolean> named(String name, Thread expected) {
    return inner -> {
      said.add(name);
      inner.onDispose(() -> said.add("hook of " + name));
      return Thread.currentThread() == expected;
    };
  }

  @Test
  void after_a_failure_none_begins() {
    assertThatThrownBy(() ->
            scope.series(
                List.of(
                    here -> said.add("one"),
                    here -> {
                      throw new IllegalStateException("the second failed");
                    },
                    here -> said.add("three"))))
        .hasMessage("the second failed");
    assertThat(said).containsExactly("one");
  }

  @Test
  void once_the_scope_is_cancelled_none_begins() {
    assertThatThrownBy(() ->
            scope.series(
                List.of(
                    here -> scope.cancellation().cancel("the peer has gone"),
                    here -> said.add("two"))))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(said).isEmpty();
  }

  @Test
  void the_results_can_not_be_changed_and_may_be_null() throws Exception {
    List<String> results = scope.series(List.of(here -> null, here -> "two"));

    assertThat(results).containsExactly(null, "two");
    assertThatThrownBy(() -> results.add("three"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
