package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operators that live by the clock, which the test holds. */
class EmitterTimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope = Application.starting().time(clock).compile().openScope("stream");
  private final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
  private final Channel<String> input = Channel.bounded(16);

  @AfterEach
  void close() {
    scope.close();
  }

  private <T> Started<Boolean> sees(Emitter<T> emitter) {
    return Started.running(Threads.VIRTUAL, () -> emitter.forEach(scope, seen::add));
  }

  /** Says something, and waits until it has gone as far as it goes without time passing. */
  private void says(String value) {
    long before = clock.parkings();
    input.tryEmit(value);
    Eventually.until(() -> input.size() == 0 && clock.parkings() > before);
  }

  private void has(Object... values) {
    Eventually.until(() -> seen.size() >= values.length);
    assertThat(seen).containsExactly(values);
  }

  @Test
  void an_interval_ticks_at_the_end_of_each_period() throws Exception {
    Started<Boolean> run = sees(Emitter.interval(SECOND).take(3));
    clock.hasSleepers(1);
    clock.advance(SECOND.minusNanos(1));
    clock.hasSeenParkings(2);
    assertThat(seen).isEmpty();

    clock.advance(Duration.ofNanos(1));
    has(0L);
    clock.hasSeenParkings(3);
    clock.advance(SECOND);
    has(0L, 1L);
    clock.hasSeenParkings(4);
    clock.advance(SECOND);

    run.result();
    has(0L, 1L, 2L);
  }

  @Test
  void an_interval_skips_the_periods_that_its_consumer_was_busy_in() throws Exception {
    Started<Boolean> run =
        sees(
            Emitter.interval(SECOND)
                .onEach(tick -> {
                  if (tick == 0) {
                    clock.advance(Duration.ofMillis(2_500)); // it is 3.5 s then
                  }
                })
                .take(2));
    clock.hasSleepers(1);

    clock.advance(SECOND);
    clock.hasSeenParkings(2);
    clock.advance(Duration.ofMillis(500));

    run.result();
    has(0L, 3L);
  }

  @Test
  void cancelling_the_scope_ends_an_interval() throws Exception {
    Started<Boolean> run = sees(Emitter.interval(SECOND));
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");

    assertThat(run.failure()).hasMessage("the peer has gone");
  }

  @Test
  void throttle_lets_one_through_and_drops_those_that_come_too_soon_after() throws Exception {
    List<Long> ticks =
        Emitter.from(List.of(0L, 400L, 999L, 1_000L, 1_999L, 5_000L, 5_001L))
            .onEach(moment -> clock.advanceTo(Duration.ofMillis(moment)))
            .throttle(SECOND)
            .toList(scope);

    assertThat(ticks).containsExactly(0L, 1_000L, 5_000L);
  }

  @Test
  void debounce_lets_a_value_through_when_no_other_has_come_for_a_while() throws Exception {
    Started<Boolean> run = sees(Emitter.from(input).debounce(SECOND));
    says("a");
    clock.advance(SECOND.minusNanos(1));
    says("b");
    clock.advance(SECOND.minusNanos(1));
    assertThat(seen).isEmpty();

    clock.advance(Duration.ofNanos(1));
    has("b");

    says("c");
    input.complete();
    run.result();
    has("b", "c");
  }

  @Test
  void sample_lets_the_last_value_of_each_period_through() throws Exception {
    Started<Boolean> run = sees(Emitter.from(input).sample(SECOND));
    says("a");
    clock.advance(Duration.ofMillis(600));
    says("b");
    clock.advance(Duration.ofMillis(400));
    has("b");

    clock.advance(Duration.ofMillis(2_300)); // nobody says anything for two periods
    says("c");
    clock.advance(Duration.ofMillis(699));
    assertThat(seen).hasSize(1);
    clock.advance(Duration.ofMillis(1));
    has("b", "c");

    says("d");
    input.complete();
    run.result();
    has("b", "c", "d");
  }

  @Test
  void a_window_goes_on_when_it_is_full_or_its_time_is_over() throws Exception {
    Started<Boolean> run = sees(Emitter.from(input).bufferWindow(3, SECOND));
    says("a");
    says("b");
    input.tryEmit("c");
    has(List.of("a", "b", "c"));

    says("d");
    clock.advance(Duration.ofMillis(600));
    says("e");
    clock.advance(Duration.ofMillis(399));
    assertThat(seen).hasSize(1);
    clock.advance(Duration.ofMillis(1));
    has(List.of("a", "b", "c"), List.of("d", "e"));

    says("f");
    input.complete();
    run.result();
    has(List.of("a", "b", "c"), List.of("d", "e"), List.of("f"));
  }

  @Test
  void what_waits_in_a_window_comes_before_a_failure() throws Exception {
    Exception broken = new Exception("broken");
    Started<Boolean> run = sees(Emitter.from(input).bufferWindow(3, SECOND));
    says("a");

    input.error(broken);

    assertThat(run.failure()).isSameAs(broken);
    has(List.of("a"));
  }

  @Test
  void a_consumer_who_has_enough_of_windows_stops_what_is_above() throws Exception {
    assertThat(
            Emitter.from(List.of(1, 2, 3, 4, 5))
                .onDispose(() -> seen.add("disposed"))
                .bufferWindow(2, SECOND)
                .first(scope))
        .isEqualTo(List.of(1, 2));

    has("disposed");
  }

  @Test
  void merged_intervals_tick_side_by_side_by_one_clock() throws Exception {
    Emitter<String> fast = Emitter.interval(SECOND).map(tick -> "fast " + tick);
    Emitter<String> slow = Emitter.interval(Duration.ofMillis(1_500)).map(tick -> "slow " + tick);
    Started<Boolean> run = sees(fast.merge(slow).take(3));
    clock.hasSleepers(2);

    clock.advance(SECOND);
    has("fast 0");
    clock.hasSleepers(2);
    clock.advance(Duration.ofMillis(500));
    has("fast 0", "slow 0");
    clock.hasSleepers(2);
    clock.advance(Duration.ofMillis(500));

    run.result();
    has("fast 0", "slow 0", "fast 1");
    clock.hasSleepers(0);
  }

  @Test
  void cancelling_the_scope_ends_a_window_that_waits_for_its_time() throws Exception {
    Started<Boolean> run = sees(Emitter.from(input).bufferWindow(3, SECOND));
    says("a");

    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(
            () -> {
              throw run.failure();
            })
        .hasMessage("the peer has gone");
    assertThat(seen).isEmpty();
  }
}
