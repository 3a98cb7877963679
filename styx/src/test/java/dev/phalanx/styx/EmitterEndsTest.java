package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a run ends, and who hears of it. */
class EmitterEndsTest {
  private final OwnedScope scope = Application.starting().compile().openScope("stream");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final Exception broken = new Exception("broken");

  @AfterEach
  void close() {
    scope.close();
  }

  private Emitter<Integer> hooked(Emitter<Integer> emitter) {
    return emitter
        .onStart(() -> said.add("start"))
        .onEach(value -> said.add("each " + value))
        .onError(failure -> said.add("error " + failure.getMessage()))
        .onComplete(() -> said.add("complete"))
        .onDispose(() -> said.add("dispose"));
  }

  private Emitter<Integer> failing() {
    return Emitter.produce((inner, sink) -> {
      sink.emit(1);
      throw broken;
    });
  }

  @Test
  void the_hooks_of_a_run_that_completes() throws Exception {
    hooked(Emitter.from(List.of(1, 2))).forEach(scope, value -> said.add("got " + value));

    assertThat(said)
        .containsExactly("start", "each 1", "got 1", "each 2", "got 2", "complete", "dispose");
  }

  @Test
  void the_hooks_of_a_run_that_fails() {
    assertThatThrownBy(() -> hooked(failing()).toList(scope)).isSameAs(broken);

    assertThat(said).containsExactly("start", "each 1", "error broken", "dispose");
  }

  @Test
  void the_hooks_of_a_run_whose_consumer_had_enough() throws Exception {
    hooked(Emitter.from(List.of(1, 2))).first(scope);

    assertThat(said).containsExactly("start", "each 1", "dispose");
  }

  @Test
  void the_hooks_of_a_run_whose_consumer_fails_hear_of_no_error() {
    assertThatThrownBy(() ->
            hooked(Emitter.from(List.of(1, 2)))
                .forEach(
                    scope,
                    value -> {
                      throw broken;
                    }))
        .isSameAs(broken);

    assertThat(said).containsExactly("start", "each 1", "dispose");
  }

  @Test
  void the_hooks_of_a_run_that_is_cancelled_hear_of_no_error() {
    Emitter<Integer> cancelled =
        Emitter.from(List.of(1, 2))
            .onEach(value -> scope.cancellation().cancel("the peer has gone"));

    assertThatThrownBy(() -> hooked(cancelled).toList(scope))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(said).containsExactly("start", "each 1", "dispose");
  }

  @Test
  void a_hook_that_fails_ends_the_run_and_what_is_below_still_hears_of_it() {
    Emitter<Integer> emitter =
        Emitter.from(List.of(1))
            .onStart(() -> {
              throw broken;
            });

    assertThatThrownBy(() -> hooked(emitter).toList(scope)).isSameAs(broken);
    assertThat(said).containsExactly("start", "error broken", "dispose");
  }

  @Test
  void a_clean_up_that_fails_is_told_and_hides_no_failure_before_it() {
    Exception late = new Exception("late");
    Emitter<Integer> emitter =
        failing()
            .onDispose(() -> {
              throw late;
            });

    assertThatThrownBy(() -> emitter.toList(scope)).isSameAs(broken).hasSuppressedException(late);
    assertThatThrownBy(() -> emitter.first(scope)).isSameAs(broken);
    assertThatThrownBy(() ->
            Emitter.from(List.of(1))
                .onDispose(() -> {
                  throw late;
                })
                .merge(List.of())
                .toList(scope))
        .isSameAs(late);
  }

  @Test
  void a_producer_that_swallows_everything_cannot_hide_the_consumers_failure() {
    Emitter<Integer> deaf =
        Emitter.produce((inner, sink) -> {
          try {
            sink.emit(1);
          } catch (RuntimeException e) {
            said.add("swallowed");
          }
        });

    assertThatThrownBy(() ->
            deaf.forEach(
                scope,
                value -> {
                  throw broken;
                }))
        .isSameAs(broken);
    assertThat(said).isEmpty();
  }

  @Test
  void a_producer_that_does_not_listen_is_stopped_by_its_next_value() throws Exception {
    Emitter<Integer> endless =
        Emitter.produce((inner, sink) -> {
          for (int i = 0; ; i++) {
            said.add("makes " + i);
            boolean heeded = sink.emit(i);
          }
        });

    assertThat(endless.first(scope)).isEqualTo(0);
    assertThat(said).containsExactly("makes 0", "makes 1");
  }

  @Test
  void a_producers_sink_is_for_its_own_thread() throws Exception {
    Emitter<Integer> shared =
        Emitter.produce((inner, sink) -> {
          Throwable failure = Started.on(() -> sink.emit(1)).failure();
          said.add(failure.getClass().getSimpleName());
        });

    assertThat(shared.toList(scope)).isEmpty();
    assertThat(said).containsExactly("IllegalStateException");
  }

  @Test
  void with_tasks_above_the_terminal_returns_when_they_have_ended() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Emitter<Integer> slowToEnd =
        Emitter.produce((inner, sink) -> {
          try {
            running.countDown();
            new CountDownLatch(1).await();
          } finally {
            Thread.yield();
            said.add("ended");
          }
        });
    Emitter<Integer> one =
        Emitter.produce((inner, sink) -> {
          running.await();
          sink.emit(1);
        });

    assertThat(one.merge(slowToEnd).first(scope)).isEqualTo(1);

    assertThat(said).containsExactly("ended");
  }

  @Test
  void with_tasks_above_the_first_failure_stops_the_others_and_comes_last() {
    Emitter<Integer> silent =
        Emitter.produce((inner, sink) -> {
          try {
            new CountDownLatch(1).await();
          } finally {
            said.add("silent ended");
          }
        });

    assertThatThrownBy(
            () -> failing().merge(silent).forEach(scope, value -> said.add("got " + value)))
        .isSameAs(broken);
    assertThat(said).containsExactlyInAnyOrder("got 1", "silent ended");
  }

  @Test
  void with_tasks_above_a_clean_up_that_fails_after_the_consumer_had_enough_is_told() {
    Emitter<Integer> emitter =
        Emitter.<Integer>produce(
                (inner, sink) -> {
                  sink.emit(1);
                  new CountDownLatch(1).await();
                })
            .onDispose(() -> {
              throw broken;
            })
            .merge(List.of());

    assertThatThrownBy(() -> emitter.first(scope)).isSameAs(broken);
  }

  @Test
  void an_error_of_a_task_comes_to_the_terminal_as_it_is() {
    AssertionError wrong = new AssertionError("wrong");
    Emitter<Integer> emitter =
        Emitter.produce((inner, sink) -> {
          throw wrong;
        });

    assertThatThrownBy(() -> emitter.toList(scope)).isSameAs(wrong);
    assertThatThrownBy(() -> emitter.merge(List.of()).toList(scope)).isSameAs(wrong);
  }

  @Test
  void closing_the_scope_ends_a_run_with_tasks_and_all_of_it() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Emitter<Integer> silent =
        Emitter.produce((inner, sink) -> {
          try {
            running.countDown();
            new CountDownLatch(1).await();
          } finally {
            said.add("ended");
          }
        });
    Started<List<Integer>> consumer = Started.on(() -> silent.merge(silent).toList(scope));
    running.await();

    scope.close();

    assertThat(consumer.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("stream has ended");
    assertThat(said).containsExactly("ended", "ended");
  }
}
