package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callbacks that come faster than the consumer, or at the wrong time. */
class EmitterCallbacksTest {
  private final OwnedScope scope = Application.starting().compile().openScope("stream");
  private final CompletableFuture<CallbackSink<Integer>> registered = new CompletableFuture<>();
  private final Channel<Integer> taken = Channel.bounded(1);
  private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    scope.close();
  }

  /** A consumer who takes the next value when the test takes one from {@link #taken}. */
  private Started<Boolean> consumes(int capacity, Overflow overflow) {
    Emitter<Integer> emitter =
        Emitter.listen(
            capacity,
            overflow,
            sink -> {
              registered.complete(sink);
              return () -> {};
            });
    return Started.running(
        Threads.VIRTUAL,
        () ->
            emitter.forEach(
                scope,
                value -> {
                  seen.add(value);
                  taken.emit(value);
                  taken.emit(value);
                }));
  }

  /** Fills the buffer of two, behind a consumer who is busy. */
  private CallbackSink<Integer> fill() throws Exception {
    CallbackSink<Integer> sink = registered.get();
    assertThat(sink.emit(0)).isTrue();
    Eventually.until(() -> seen.size() == 1); // he is busy with it
    assertThat(sink.emit(1)).isTrue();
    assertThat(sink.emit(2)).isTrue();
    return sink;
  }

  private void drain() throws InterruptedException {
    for (int i = 0; i < 6; i++) {
      taken.receive();
    }
  }

  @Test
  void what_finds_no_room_is_dropped_and_counted() throws Exception {
    Started<Boolean> consumer = consumes(2, Overflow.DROP);
    CallbackSink<Integer> sink = fill();

    assertThat(sink.emit(3)).isFalse();
    assertThat(sink.emit(4)).isFalse();
    assertThat(sink.dropped()).isEqualTo(2);
    sink.complete();
    drain();

    consumer.result();
    assertThat(seen).containsExactly(0, 1, 2);
    assertThat(sink.emit(5)).as("after the end").isFalse();
    assertThat(sink.dropped()).as("nobody wanted it").isEqualTo(2);
  }

  @Test
  void what_finds_no_room_fails_the_stream_after_what_is_in_the_buffer() throws Exception {
    Started<Boolean> consumer = consumes(2, Overflow.FAIL);
    CallbackSink<Integer> sink = fill();

    assertThat(sink.emit(3)).isFalse();
    drain();

    assertThat(consumer.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("more than 2 values from callbacks waited");
    assertThat(seen).containsExactly(0, 1, 2);
    assertThat(sink.dropped()).isEqualTo(1);
  }

  @Test
  void what_finds_no_room_waits_for_it() throws Exception {
    Started<Boolean> consumer = consumes(2, Overflow.WAIT);
    CallbackSink<Integer> sink = fill();
    Started<Boolean> caller = Started.on(() -> sink.emit(3));
    caller.waits();

    drain();
    assertThat(caller.result()).isTrue();
    sink.complete();
    taken.receive();
    taken.receive();

    consumer.result();
    assertThat(seen).containsExactly(0, 1, 2, 3);
    assertThat(sink.dropped()).isZero();
  }

  @Test
  void a_callback_that_waits_for_room_is_let_go_at_the_end_of_the_stream() throws Exception {
    Started<Boolean> consumer = consumes(2, Overflow.WAIT);
    CallbackSink<Integer> sink = fill();
    Started<Boolean> caller = Started.on(() -> sink.emit(3));
    caller.waits();

    consumer.thread().interrupt();

    assertThat(consumer.failure()).isInstanceOf(InterruptedException.class);
    assertThat(caller.result()).isFalse();
  }

  @Test
  void a_callback_that_is_interrupted_while_it_waits_keeps_its_interrupt_and_drops_the_value()
      throws Exception {
    Started<Boolean> consumer = consumes(2, Overflow.WAIT);
    CallbackSink<Integer> sink = fill();
    Started<Boolean> caller =
        Started.on(() -> sink.emit(3) || Thread.currentThread().isInterrupted());
    caller.waits();

    caller.thread().interrupt();

    assertThat(caller.result()).as("interrupted still").isTrue();
    assertThat(sink.dropped()).isEqualTo(1);
    sink.complete();
    drain();
    consumer.result();
    assertThat(seen).containsExactly(0, 1, 2);
  }

  @Test
  void who_cannot_register_fails_the_stream_and_is_not_unregistered() {
    Exception refused = new Exception("refused");

    assertThatThrownBy(() ->
            Emitter.listen(
                    1,
                    Overflow.DROP,
                    sink -> {
                      throw refused;
                    })
                .toList(scope))
        .isSameAs(refused);
    assertThatThrownBy(() -> Emitter.listen(1, Overflow.DROP, sink -> null).toList(scope))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("what unregisters the callbacks");
  }

  @Test
  void the_buffer_has_room_for_one_at_least() {
    assertThatThrownBy(() -> Emitter.listen(0, Overflow.DROP, sink -> () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capacity must be at least 1, not 0");
  }
}
