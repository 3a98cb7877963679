package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As a stream of the JDK's. */
class EmitterJavaStreamTest {
  private final OwnedScope scope = Application.starting().compile().openScope("stream");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    scope.close();
  }

  private Emitter<Integer> endless() {
    return Emitter.<Integer>produce(
            (inner, sink) -> {
              int i = 0;
              while (sink.emit(i)) {
                i++;
              }
            })
        .onStart(() -> said.add("start"))
        .onDispose(() -> said.add("dispose"));
  }

  @Test
  void it_gives_all_values_in_order() {
    List<Integer> values = IntStream.range(0, 1_000).boxed().toList();

    try (Stream<Integer> stream = Emitter.from(values).toStream(scope)) {
      assertThat(stream.collect(Collectors.toList())).isEqualTo(values);
    }
  }

  @Test
  void nothing_runs_before_the_streams_own_terminal() {
    try (Stream<Integer> stream = endless().toStream(scope).map(n -> n + 1)) {
      assertThat(stream).isNotNull();
    }

    assertThat(said).isEmpty();
  }

  @Test
  void closing_it_stops_the_run_and_returns_when_that_has_ended() {
    try (Stream<Integer> stream = endless().in(scope).toStream()) {
      assertThat(stream.limit(3).toList()).containsExactly(0, 1, 2);
    }

    assertThat(said).containsExactly("start", "dispose");
  }

  @Test
  void closing_the_scope_stops_a_run_that_nobody_closed() {
    Stream<Integer> forgotten = endless().toStream(scope);
    assertThat(forgotten.findFirst()).contains(0);

    scope.close();

    assertThat(said).containsExactly("start", "dispose");
  }

  @Test
  void a_checked_exception_comes_wrapped_and_others_as_they_are() {
    IOException io = new IOException("broken");
    IllegalStateException state = new IllegalStateException("broken");

    assertThatThrownBy(() -> failing(io).toStream(scope).count())
        .isInstanceOf(CompletionException.class)
        .hasCause(io);
    assertThatThrownBy(() -> failing(state).toStream(scope).count()).isSameAs(state);
  }

  private static Emitter<Integer> failing(Exception failure) {
    return Emitter.produce((inner, sink) -> {
      throw failure;
    });
  }

  @Test
  void an_interrupt_while_it_waits_ends_it_and_stays_set() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Emitter<Integer> silent =
        Emitter.<Integer>produce((inner, sink) -> new CountDownLatch(1).await())
            .onDispose(ended::countDown);
    Started<Boolean> consumer =
        Started.on(() -> {
          try (Stream<Integer> stream = silent.toStream(scope)) {
            assertThatThrownBy(stream::count).isInstanceOf(CancellationException.class);
          }
          return Thread.currentThread().isInterrupted();
        });
    consumer.waits();

    consumer.thread().interrupt();

    assertThat(consumer.result()).isTrue();
    ended.await();
  }

  @Test
  void a_cancelled_scope_ends_it() {
    Stream<Integer> stream = endless().toStream(scope);
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(stream::count)
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }
}
