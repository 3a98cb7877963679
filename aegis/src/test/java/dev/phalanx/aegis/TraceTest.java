package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.trace.Trace;
import dev.phalanx.aegis.trace.TraceEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens in scopes, told of as events, as a tree, and to Flight Recorder. */
class TraceTest {
  static final class Database {}

  static final class Rooms {
    Rooms(Database database) {}
  }

  private final List<TraceEvent> events = new CopyOnWriteArrayList<>();
  private final List<String> printed = new CopyOnWriteArrayList<>();

  @Test
  void each_event_says_what_it_was_and_how_many_it_is_inside_of() throws Exception {
    try (OwnedScope scope = tracing(events::add).openScope("request")) {
      scope.onDispose(() -> {});
      scope.execute(
          Task.of(
              "offer",
              here -> {
                here.concurrent(List.of(Task.of("price", task -> 1)));
                return here.timeout(Duration.ofDays(1), Task.of("stock", task -> 1));
              }));
    }

    assertThat(lines())
        .containsExactly(
            "3 TASK price",
            "2 GROUP concurrent",
            "2 TASK stock",
            "1 TASK offer",
            "1 DISPOSAL request",
            "0 SCOPE request");
    assertThat(events).extracting(TraceEvent::scope).containsOnly(events.getFirst().scope());
    assertThat(events).allMatch(event -> event.durationNanos() >= 0 && event.failure() == null);
  }

  @Test
  void a_task_is_as_deep_with_a_limit_and_retries_as_without() throws Exception {
    Task<Integer> plain = Task.of("price", here -> 1);
    try (OwnedScope scope = tracing(events::add).openScope("request")) {
      scope.execute(plain);
      scope.execute(plain.withTimeout(Duration.ofDays(1)));
      scope.execute(
          plain.withTimeout(Duration.ofDays(1)).withRetry(RetryPolicy.fixed(2, Duration.ZERO)));
      scope.retry(plain, RetryPolicy.fixed(2, Duration.ZERO));
      scope.inWorker(plain);
    }

    assertThat(lines()).filteredOn("1 TASK price"::equals).hasSize(5);
  }

  @Test
  void a_flight_is_a_unit_of_its_own() throws Exception {
    try (OwnedScope scope = tracing(events::add).openScope("request")) {
      scope.singleflight("key", Task.of("price", here -> 1));
    }

    assertThat(lines()).containsExactly("1 TASK price", "0 SCOPE flight key", "0 SCOPE request");
  }

  @Test
  void a_failure_is_told_with_each_attempt() {
    IOException failure = new IOException("no line");
    try (OwnedScope scope = tracing(events::add).openScope("request")) {
      assertThatThrownBy(() ->
              scope.retry(
                  here -> {
                    throw failure;
                  },
                  RetryPolicy.fixed(2, Duration.ZERO)))
          .isSameAs(failure);
    }

    assertThat(events.subList(0, 2)).allMatch(event -> event.failure() == failure);
  }

  @Test
  void services_that_start_and_stop_are_told_of() {
    Application app =
        Application.starting()
            .providers(s -> s.singleton(Database.class).scoped(Rooms.class))
            .trace(events::add)
            .compile();
    try (OwnedScope scope = app.openScope("request")) {
      scope.service(Rooms.class);
    }
    app.close();

    assertThat(lines())
        .containsExactly(
            "1 SERVICE_START Database",
            "1 SERVICE_START Rooms",
            "1 SERVICE_STOP Rooms",
            "1 DISPOSAL request",
            "0 SCOPE request",
            "1 SERVICE_STOP Database");
    assertThat(events.getFirst().scope()).isEqualTo(TraceEvent.APPLICATION);
  }

  @Test
  void a_unit_that_is_ended_twice_is_told_of_once_and_nothing_after_it() throws Exception {
    OwnedScope scope = tracing(events::add).openScope("request");
    scope.dispose();
    scope.close();
    scope.shielded(Duration.ofSeconds(1), here -> 1);

    assertThat(lines()).containsExactly("0 SCOPE request");
  }

  @Test
  void a_listener_that_fails_is_logged_and_the_work_goes_on() throws Exception {
    Application app =
        tracing(event -> {
          throw new AssertionError("the listener is broken");
        });
    try (CapturedLog log = CapturedLog.of(Trace.class);
        OwnedScope scope = app.openScope("request")) {
      assertThat(scope.<String>execute(here -> "done")).isEqualTo("done");
      assertThat(log.messages()).singleElement().asString().startsWith("The trace failed at ");
    }
  }

  @Test
  void the_tree_has_a_line_for_each_event_in_the_order_of_their_beginnings() throws Exception {
    Application app = tracing(Trace.tree(printed::add));
    try (OwnedScope scope = app.openScope("request")) {
      scope.execute(Task.of("offer", here -> here.series(List.of(named("price"), named("stock")))));
      assertThat(printed).isEmpty();
    }

    assertThat(printed)
        .singleElement()
        .asString()
        .matches(
            """
            scope request  [0-9.]+ ms
              task offer  [0-9.]+ ms
                task price  [0-9.]+ ms
                task stock  [0-9.]+ ms\
            """);
  }

  @Test
  void a_failure_is_in_its_line() {
    try (OwnedScope scope = tracing(Trace.tree(printed::add)).openScope("request")) {
      assertThatThrownBy(() ->
              scope.execute(here -> {
                throw new IOException("no line");
              }))
          .hasMessage("no line");
    }

    assertThat(printed.getFirst()).endsWith("  failed: java.io.IOException: no line");
  }

  @Test
  void the_tree_keeps_a_thousand_events_of_a_unit_and_counts_the_others() throws Exception {
    try (OwnedScope scope = tracing(Trace.tree(printed::add)).openScope("connection")) {
      for (int i = 0; i < 1_007; i++) {
        scope.execute(here -> 1);
      }
    }

    assertThat(printed.getFirst().lines()).hasSize(1 + 1_000 + 1);
    assertThat(printed.getFirst()).endsWith("\n  and 7 more");
  }

  @Test
  void services_of_the_application_are_printed_as_they_start_and_stop() {
    Application app =
        Application.starting()
            .providers(s -> s.singleton(Database.class))
            .trace(Trace.tree(printed::add))
            .compile();
    app.service(Database.class);
    assertThat(printed).singleElement().asString().startsWith("service start Database  ");
    app.close();

    assertThat(printed).hasSize(2).last().asString().startsWith("service stop Database  ");
  }

  @Test
  void flight_recorder_gets_the_same_events_though_no_listener_is_set(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("scopes.jfr");
    try (Recording recording = new Recording();
        OwnedScope before = Application.starting().compile().openScope("before")) {
      before.execute(Task.of("not recorded", here -> 1));
      recording.enable("dev.phalanx.aegis.Span").withoutThreshold();
      recording.start();
      try (OwnedScope scope = Application.starting().compile().openScope("recorded")) {
        assertThatThrownBy(() ->
                scope.execute(
                    Task.of(
                        "price of gold",
                        here -> {
                          throw new IOException("no line");
                        })))
            .hasMessage("no line");
      }
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> spans = RecordingFile.readAllEvents(file);
    assertThat(spans)
        .filteredOn(event -> event.getString("what").equals("price of gold"))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getString("kind")).isEqualTo("TASK");
          assertThat(event.getInt("depth")).isEqualTo(1);
          assertThat(event.getString("failure")).isEqualTo("java.io.IOException: no line");
        });
    assertThat(spans).noneMatch(event -> event.getString("what").equals("not recorded"));
  }

  private static Executable<Integer> named(String name) {
    return Task.of(name, here -> 1);
  }

  private static Application tracing(Trace trace) {
    return Application.starting().trace(trace).compile();
  }

  private List<String> lines() {
    return events.stream()
        .map(event -> event.depth() + " " + event.kind() + " " + event.name())
        .toList();
  }
}
