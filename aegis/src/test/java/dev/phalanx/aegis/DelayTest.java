package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting, by a clock that the test holds. */
class DelayTest {
  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope = Application.starting().time(clock).compile().openScope("waiter");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void it_waits_until_the_time_is_over_and_not_less() throws Exception {
    Started<Boolean> waiting = Started.running(() -> scope.delay(Duration.ofSeconds(10)));
    clock.hasSleepers(1);

    clock.advance(Duration.ofSeconds(10).minusNanos(1));
    clock.hasSeenParkings(2); // woken, and asleep again
    assertThat(waiting.isOver()).isFalse();

    clock.advance(Duration.ofNanos(1));
    assertThat(waiting.result()).isTrue();
  }

  @Test
  void waking_up_for_no_reason_does_not_end_it() throws Exception {
    Started<Boolean> waiting = Started.running(() -> scope.delay(Duration.ofSeconds(1)));
    clock.hasSleepers(1);

    clock.wakeForNoReason();
    clock.hasSeenParkings(2);
    assertThat(waiting.isOver()).isFalse();

    clock.advance(Duration.ofSeconds(1));
    assertThat(waiting.result()).isTrue();
  }

  @Test
  void no_time_is_over_at_once() throws Exception {
    scope.delay(Duration.ZERO);
    scope.delay(Duration.ofSeconds(-1));

    assertThat(scope.isCancelled()).isFalse();
  }

  @Test
  void a_delay_without_end_ends_when_the_scope_does() throws Exception {
    Started<Boolean> waiting = Started.running(() -> scope.delay(ChronoUnit.FOREVER.getDuration()));
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");

    assertThat(waiting.failure()).isInstanceOf(CancellationException.class);
  }

  @Test
  void cancelling_the_scope_ends_it_without_an_interrupt() throws Exception {
    Started<Boolean> waiting =
        Started.on(() -> {
          assertThatThrownBy(() -> scope.delay(Duration.ofSeconds(10)))
              .isInstanceOf(CancellationException.class)
              .hasMessage("the peer has gone");
          return Thread.currentThread().isInterrupted();
        });
    clock.hasSleepers(1);

    scope.cancellation().cancel("the peer has gone");

    assertThat(waiting.result()).isFalse();
  }

  @Test
  void in_a_cancelled_scope_it_does_not_begin() {
    scope.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> scope.delay(Duration.ofSeconds(10)))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
  }

  @Test
  void an_interrupt_ends_it_and_the_scope_lives_on() throws Exception {
    Started<Boolean> waiting = Started.running(() -> scope.delay(Duration.ofSeconds(10)));
    clock.hasSleepers(1);

    waiting.thread().interrupt();

    assertThat(waiting.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("waiter was interrupted in a delay of PT10S");
    assertThat(scope.isCancelled()).isFalse();
  }

  @Test
  void an_interrupt_that_came_before_ends_it_too() throws Exception {
    Started<Boolean> waiting =
        Started.running(() -> {
          Thread.currentThread().interrupt();
          scope.delay(Duration.ofSeconds(10));
        });

    assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void two_may_wait_in_one_scope_each_for_his_own_time() throws Exception {
    Started<Boolean> brief = Started.running(() -> scope.delay(Duration.ofSeconds(1)));
    Started<Boolean> longer = Started.running(() -> scope.delay(Duration.ofSeconds(2)));
    clock.hasSleepers(2);

    clock.advance(Duration.ofSeconds(1));
    assertThat(brief.result()).isTrue();
    assertThat(longer.isOver()).isFalse();

    scope.close();
    assertThat(longer.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("waiter has ended");
  }
}
