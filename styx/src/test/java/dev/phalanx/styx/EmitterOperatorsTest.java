package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.OwnedScope;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operators that need no time, and the terminals. */
class EmitterOperatorsTest {
  private final OwnedScope scope = Application.starting().compile().openScope("stream");
  private final List<String> said = new ArrayList<>();

  @AfterEach
  void close() {
    scope.close();
  }

  private Emitter<Integer> numbers(int... values) {
    return Emitter.produce((inner, sink) -> {
      for (int value : values) {
        said.add("makes " + value);
        if (!sink.emit(value)) {
          said.add("stops");
          return;
        }
      }
    });
  }

  @Test
  void filter_and_map_see_one_value_after_the_other() throws Exception {
    List<String> values =
        numbers(1, 2, 3)
            .filter(n -> n != 2)
            .map(n -> "<" + n + ">")
            .onEach(said::add)
            .toList(scope);

    assertThat(values).containsExactly("<1>", "<3>");
    assertThat(said).containsExactly("makes 1", "<1>", "makes 2", "makes 3", "<3>");
  }

  @Test
  void all_of_it_runs_on_the_thread_of_the_terminal() throws Exception {
    Set<Thread> threads = new LinkedHashSet<>();
    Emitter<Integer> emitter =
        Emitter.<Integer>produce(
                (inner, sink) -> {
                  threads.add(Thread.currentThread());
                  sink.emit(1);
                })
            .map(n -> {
              threads.add(Thread.currentThread());
              return n;
            })
            .distinct()
            .throttle(Duration.ofSeconds(1))
            .take(5);

    emitter.forEach(scope, n -> threads.add(Thread.currentThread()));

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void take_stops_the_producer_with_the_last_value_not_one_later() throws Exception {
    assertThat(numbers(1, 2, 3).take(2).toList(scope)).containsExactly(1, 2);

    assertThat(said).containsExactly("makes 1", "makes 2", "stops");
  }

  @Test
  void take_of_more_than_there_are_gives_all_and_of_none_starts_nothing() throws Exception {
    assertThat(numbers(1, 2).take(5).toList(scope)).containsExactly(1, 2);
    said.clear();

    assertThat(numbers(1, 2).take(0).toList(scope)).isEmpty();
    assertThat(said).isEmpty();
    assertThatThrownBy(() -> numbers(1).take(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be at least 0, not -1");
  }

  @Test
  void each_run_counts_for_itself() throws Exception {
    Emitter<Integer> two = numbers(1, 1, 2, 3).distinct().take(2);

    assertThat(two.toList(scope)).containsExactly(1, 2);
    assertThat(two.toList(scope)).containsExactly(1, 2);
  }

  @Test
  void distinct_drops_what_equals_the_one_before_and_remembers_no_more() throws Exception {
    assertThat(numbers(1, 1, 2, 2, 2, 1, 3, 3).distinct().toList(scope))
        .containsExactly(1, 2, 1, 3);
    assertThat(numbers(1, 3, 5, 2, 4, 1).distinctBy(n -> n % 2).toList(scope))
        .containsExactly(1, 2, 1);
  }

  @Test
  void with_a_memory_it_drops_what_was_met_lately_and_forgets_the_one_met_longest_ago()
      throws Exception {
    Emitter<Integer> emitter = numbers(1, 2, 1, 2, 3, 2, 1).distinctBy(n -> n, 2);

    // 3 makes it forget 1, which was met before 2; and 1, then, 3: 2 was met again meanwhile.
    assertThat(emitter.toList(scope)).containsExactly(1, 2, 3, 1);
    assertThatThrownBy(() -> numbers(1).distinctBy(n -> n, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("memory must be at least 1, not 0");
  }

  @Test
  void reduce_combines_with_a_beginning_or_without() throws Exception {
    assertThat(numbers(1, 2, 3).reduce(scope, Integer::sum)).isEqualTo(6);
    assertThat(numbers(1, 2, 3).reduce(scope, "0", (text, n) -> text + n)).isEqualTo("0123");
    assertThat(numbers().reduce(scope, "0", (text, n) -> text + n)).isEqualTo("0");
  }

  @Test
  void a_bound_stream_has_the_same_operators_and_needs_no_scope_again() throws Exception {
    ScopedStream<Integer> stream = numbers(1, 1, 2, 3, 4, 6).in(scope);

    assertThat(stream.distinct().filter(n -> n != 3).map(n -> n * 10).take(3).toList())
        .containsExactly(10, 20, 40);
    assertThat(stream.distinctBy(n -> n % 2).toList()).containsExactly(1, 2, 3, 4);
    assertThat(stream.distinctBy(n -> n % 2, 2).toList()).containsExactly(1, 2);
    assertThat(stream.first()).isEqualTo(1);
    assertThat(stream.reduce("", (text, n) -> text + n)).isEqualTo("112346");
    assertThat(stream.merge(numbers(7)).reduce(Integer::sum)).isEqualTo(24);
    assertThat(stream.bufferWindow(4, Duration.ofDays(1)).toList())
        .containsExactly(List.of(1, 1, 2, 3), List.of(4, 6));
    assertThat(stream.emitter().toList(scope)).hasSize(6);
  }

  @Test
  void a_bound_stream_has_the_operators_of_time_the_hooks_and_the_bridges_too() throws Exception {
    Duration day = Duration.ofDays(1);
    ScopedStream<Integer> stream =
        numbers(1, 2)
            .in(scope)
            .onStart(() -> said.add("starts"))
            .onEach(n -> said.add("each " + n))
            .onComplete(() -> said.add("completes"))
            .onError(e -> said.add("fails: " + e.getMessage()))
            .onDispose(() -> said.add("ends"));

    stream.forEach(n -> said.add("sees " + n));

    assertThat(said)
        .containsExactly(
            "starts",
            "makes 1",
            "each 1",
            "sees 1",
            "makes 2",
            "each 2",
            "sees 2",
            "completes",
            "ends");
    said.clear();
    ScopedStream<Integer> broken = stream.map(n -> 1 / (n - 1)).onError(e -> said.add("hears"));
    assertThatThrownBy(broken::toList).hasMessage("/ by zero");
    assertThat(said).contains("hears");
    assertThat(stream.throttle(day).toList()).containsExactly(1);
    assertThat(stream.debounce(day).toList()).containsExactly(2);
    assertThat(stream.sample(day).toList()).containsExactly(2);
    assertThatThrownBy(() -> stream.debounce(Duration.ZERO)).hasMessageContaining("pause");
    assertThatThrownBy(() -> stream.sample(Duration.ZERO)).hasMessageContaining("period");
    assertThat(stream.merge(List.of(numbers(3), numbers(4))).toList())
        .containsExactlyInAnyOrder(1, 2, 3, 4);
    try (Stream<Integer> values = stream.toStream()) {
      assertThat(values.toList()).containsExactly(1, 2);
    }
    assertThat(Emitter.from(stream.toPublisher()).toList(scope)).containsExactly(1, 2);
  }

  /** Whoever adds one to {@link Emitter} adds it to {@link ScopedStream}. */
  @Test
  void a_bound_stream_lacks_none() {
    Set<String> bound = methods(ScopedStream.class);

    assertThat(bound).containsAll(methods(Emitter.class)).contains("debounce(Duration)");
  }

  /** What can be called on it, without the scope that a bound one knows. */
  private static Set<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.getName().equals("in")) // which binds
        .map(method ->
            Arrays.stream(method.getParameterTypes())
                .filter(parameter -> parameter != ExecutionScope.class)
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", method.getName() + "(", ")")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void null_is_no_value() {
    assertThatThrownBy(() -> numbers(1).map(n -> (String) null).toList(scope))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("map gave null");
    assertThatThrownBy(() -> Emitter.produce((inner, sink) -> sink.emit(null)).toList(scope))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void a_length_of_time_must_be_positive_and_the_message_says_which() {
    assertThatThrownBy(() -> Emitter.interval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("period must be longer than 0, not PT0S");
    assertThatThrownBy(() -> numbers().debounce(Duration.ofSeconds(-1)))
        .hasMessage("pause must be longer than 0, not PT-1S");
    assertThatThrownBy(() -> numbers().throttle(Duration.ZERO))
        .hasMessageStartingWith("pause must");
    assertThatThrownBy(() -> numbers().sample(Duration.ZERO)).hasMessageStartingWith("period must");
    assertThatThrownBy(() -> numbers().bufferWindow(1, Duration.ZERO))
        .hasMessageStartingWith("time must");
    assertThatThrownBy(() -> numbers().bufferWindow(0, Duration.ofSeconds(1)))
        .hasMessage("count must be at least 1, not 0");
  }
}
