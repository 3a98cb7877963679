package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream promises whatever it comes from. */
abstract class SourceContract {
  final OwnedScope scope = Application.starting().compile().openScope("stream");

  /** How often the source was asked for values, in this test. */
  final AtomicInteger started = new AtomicInteger();

  /** How often it was told that it may stop, or came to its end. */
  final AtomicInteger ended = new AtomicInteger();

  @AfterEach
  void close() {
    scope.close();
  }

  /** A source of these values, which fails after them, or ends. */
  abstract Emitter<Integer> of(List<Integer> values, @Nullable Exception failure);

  /** A source of one value, after which it neither says anything nor ends. */
  abstract Emitter<Integer> silentAfter(int value);

  @Test
  void nothing_runs_before_a_terminal_and_each_terminal_is_a_run_of_its_own() throws Exception {
    Emitter<Integer> emitter = of(List.of(1, 2, 3), null).map(value -> value * 2);
    ScopedStream<Integer> bound = emitter.in(scope);
    assertThat(started).hasValue(0);

    assertThat(emitter.toList(scope)).containsExactly(2, 4, 6);
    assertThat(started).hasValue(1);
    assertThat(bound.reduce(Integer::sum)).isEqualTo(12);
    assertThat(started).hasValue(2);
    assertThat(ended).hasValue(2);
  }

  @Test
  void an_empty_one_ends_and_has_no_first() throws Exception {
    assertThat(of(List.of(), null).toList(scope)).isEmpty();
    assertThat(of(List.of(), null).first(scope)).isNull();
    assertThat(of(List.of(), null).reduce(scope, Integer::sum)).isNull();
  }

  @Test
  void a_failure_comes_after_the_values_before_it() {
    Exception broken = new Exception("broken");
    StringBuilder seen = new StringBuilder();

    assertThatThrownBy(() -> of(List.of(1, 2), broken).forEach(scope, seen::append))
        .isSameAs(broken);

    assertThat(seen.toString()).isEqualTo("12");
    assertThat(ended).hasValue(1);
  }

  @Test
  void who_has_enough_stops_it_and_nothing_is_left_of_it() throws Exception {
    assertThat(of(List.of(1, 2, 3), null).first(scope)).isEqualTo(1);
    assertThat(ended).hasValue(1);

    assertThat(silentAfter(7).take(1).toList(scope)).containsExactly(7);
    assertThat(ended).hasValue(2);
  }

  @Test
  void a_consumer_who_fails_stops_it_and_hears_of_his_own_failure() {
    Exception full = new Exception("the disk is full");

    assertThatThrownBy(() ->
            silentAfter(7)
                .forEach(
                    scope,
                    value -> {
                      throw full;
                    }))
        .isSameAs(full);
    assertThat(ended).hasValue(1);
  }

  @Test
  void cancelling_the_scope_ends_the_run_of_a_source_that_is_silent() throws Exception {
    Channel<Integer> seen = Channel.bounded(4);
    Started<Boolean> consumer =
        Started.running(Threads.VIRTUAL, () -> silentAfter(7).forEach(scope, seen::emit));
    assertThat(seen.receive()).isEqualTo(new Received.Value<>(7));
    consumer.waits();

    scope.cancellation().cancel("the peer has gone");

    assertThat(consumer.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(ended).hasValue(1);
  }

  @Test
  void an_interrupt_of_the_consumer_ends_it() throws Exception {
    Channel<Integer> seen = Channel.bounded(4);
    Started<Boolean> consumer =
        Started.running(Threads.VIRTUAL, () -> silentAfter(7).forEach(scope, seen::emit));
    assertThat(seen.receive()).isEqualTo(new Received.Value<>(7));
    consumer.waits();

    consumer.thread().interrupt();

    assertThat(consumer.failure()).isInstanceOf(InterruptedException.class);
    assertThat(ended).hasValue(1);
    assertThat(scope.isCancelled()).isFalse();
  }

  @Test
  void in_a_cancelled_scope_nothing_begins() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> of(List.of(1), null).toList(scope))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(started).hasValue(0);
  }

  @Test
  void a_consumer_on_the_other_side_of_a_task_sees_the_same() throws Exception {
    Exception broken = new Exception("broken");

    assertThat(of(List.of(1, 2, 3), null).merge(List.of()).toList(scope)).containsExactly(1, 2, 3);
    assertThat(silentAfter(7).merge(List.of()).first(scope)).isEqualTo(7);
    assertThatThrownBy(() -> of(List.of(), broken).merge(List.of()).toList(scope)).isSameAs(broken);
    assertThat(ended).hasValue(3);
  }
}
