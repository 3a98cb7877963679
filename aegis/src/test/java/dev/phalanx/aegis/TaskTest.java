package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.phalanx.aegis.trace.TraceEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a task says of itself holds wherever it is run: limit around retries around trace. */
class TaskTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final RetryPolicy EACH_SECOND = RetryPolicy.fixed(10, SECOND);

  private final HeldClock clock = new HeldClock();
  private final List<TraceEvent> events = new CopyOnWriteArrayList<>();
  private final OwnedScope scope =
      Application.starting().time(clock).trace(events::add).compile().openScope("request");
  private final AtomicInteger attempts = new AtomicInteger();

  /** Says all there is to say. */
  private final class Price implements Executable<String>, HasTimeout, Retryable, Traceable {
    @Override
    public String execute(ExecutionScope here) throws IOException {
      return failTwice(here);
    }

    @Override
    public Duration timeout() {
      return SECOND.multipliedBy(3);
    }

    @Override
    public RetryPolicy retryPolicy() {
      return EACH_SECOND;
    }

    @Override
    public String traceName() {
      return "price";
    }
  }

  @AfterEach
  void no_timer_is_left() {
    assertThat(clock.timers()).isZero();
    scope.close();
  }

  @Test
  void a_class_that_says_all_by_interface_is_limited_retried_and_traced() throws Exception {
    Started<String> running = Started.on(() -> scope.execute(new Price()));
    tryThreeTimes();

    assertThat(running.result()).isEqualTo("done at attempt 3");
    assertThat(tasks())
        .extracting(TraceEvent::name, event -> event.failure() != null)
        .containsExactly(tuple("price", true), tuple("price", true), tuple("price", false));
  }

  @Test
  void a_lambda_says_the_same_with_task_of() throws Exception {
    Task<String> price =
        Task.of("price", this::failTwice)
            .withRetry(EACH_SECOND)
            .withTimeout(SECOND.multipliedBy(3));
    Started<String> running = Started.on(() -> scope.execute(price));
    tryThreeTimes();

    assertThat(running.result()).isEqualTo("done at attempt 3");
    assertThat(tasks()).hasSize(3);
    assertThat(price).hasToString("price");
  }

  @Test
  void the_limit_is_for_all_attempts_together_and_the_message_names_the_task() throws Exception {
    Task<String> price =
        Task.of("price", this::failTwice)
            .withTimeout(SECOND.plusMillis(500))
            .withRetry(EACH_SECOND);
    Started<String> running = Started.on(() -> scope.execute(price));
    clock.hasSleepers(1);
    clock.advance(SECOND);
    clock.hasSeenParkings(2);

    clock.advance(SECOND);

    assertThat(running.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/price/timeout took longer than PT1.5S");
    assertThat(attempts).hasValue(2);
  }

  @Test
  void what_a_class_says_is_kept_when_it_is_given_another_name() throws Exception {
    Task<String> renamed = Task.of("offer", new Price());
    Started<String> running = Started.on(() -> scope.execute(renamed));
    tryThreeTimes();

    assertThat(running.result()).isEqualTo("done at attempt 3");
    assertThat(tasks()).extracting(TraceEvent::name).containsOnly("offer");
  }

  @Test
  void it_holds_in_a_group_and_the_task_is_named_there() throws Exception {
    Task<String> late =
        Task.of(
                "price",
                here -> {
                  here.delay(SECOND.multipliedBy(5));
                  return "never";
                })
            .withTimeout(SECOND);
    Started<List<String>> group = Started.on(() -> scope.concurrent(List.of(late)));
    clock.hasSleepers(1);
    clock.advance(SECOND);

    assertThat(group.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/concurrent/price/timeout took longer than PT1S");
  }

  @Test
  void it_holds_in_a_map_a_flight_a_worker_and_a_clean_up() throws Exception {
    Task<String> late =
        Task.of(
                "late",
                here -> {
                  clock.advance(SECOND);
                  return "too late";
                })
            .withTimeout(SECOND);

    assertThatThrownBy(() -> scope.singleflight("key", late)).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> scope.inWorker(late)).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> scope.series(List.of(late))).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> scope.shielded(SECOND.multipliedBy(9), late))
        .isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> scope.race(List.of(late))).isInstanceOf(TimeoutException.class);
    scope.defer(late);
    assertThat(scope.dispose()).singleElement().isInstanceOf(TimeoutException.class);
  }

  @Test
  void a_task_without_a_name_is_a_task() throws Exception {
    assertThat(scope.<String>execute(ExecutionScope::name)).isEqualTo("request/task");
    assertThat(tasks()).extracting(TraceEvent::name).containsExactly("task");
  }

  @Test
  void a_task_that_wants_a_scope_only_is_a_task_like_any_other() throws Exception {
    Scopeable<String> plain = Scope::name;

    assertThat(scope.execute(plain)).isEqualTo("request/task");
    assertThat(scope.concurrent(List.of(plain))).containsExactly("request/concurrent/0");
  }

  @Test
  void its_hooks_run_when_it_has_ended_and_before_its_result_is_seen() throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();

    String result =
        scope.execute(here -> {
          here.onDispose(() -> said.add("closed"));
          said.add("worked");
          return "done";
        });

    assertThat(result).isEqualTo("done");
    assertThat(said).containsExactly("worked", "closed");
  }

  @Test
  void in_a_cancelled_scope_it_does_not_begin() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> scope.execute(this::failTwice))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(attempts).hasValue(0);
  }

  @Test
  void a_limit_must_be_more_than_nothing_and_the_message_names_the_task() {
    assertThatThrownBy(() -> Task.of("price", this::failTwice).withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the timeout of price must be more than nothing, not PT0S");
  }

  private void tryThreeTimes() {
    clock.hasSleepers(1);
    clock.advance(SECOND);
    clock.hasSeenParkings(2);
    clock.advance(SECOND);
  }

  private String failTwice(ExecutionScope here) throws IOException {
    int attempt = attempts.incrementAndGet();
    if (attempt < 3) {
      throw new IOException("attempt " + attempt);
    }
    return "done at attempt " + attempt;
  }

  private List<TraceEvent> tasks() {
    return events.stream().filter(event -> event.kind() == TraceEvent.Kind.TASK).toList();
  }
}
