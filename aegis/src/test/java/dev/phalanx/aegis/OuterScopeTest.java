package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task that uses a scope from further out than its own: a lambda captures what it sees. */
class OuterScopeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope =
      Application.starting().time(clock).compile().openScope("request");
  private final List<String> said = new CopyOnWriteArrayList<>();

  @AfterEach
  void no_timer_is_left() {
    assertThat(clock.timers()).isZero();
    scope.close();
  }

  @Test
  void a_deadline_set_in_it_does_not_take_the_interrupt_of_the_deadline_around() throws Exception {
    Started<String> nested =
        Started.on(() ->
            scope.timeout(
                SECOND,
                outer -> {
                  assertThatThrownBy(() ->
                          scope.timeout(
                              SECOND,
                              inner -> {
                                clock.advance(SECOND); // both fire, before this can notice
                                return "too late";
                              }))
                      .isInstanceOf(TimeoutException.class);
                  new CountDownLatch(1).await(); // only the outer one's interrupt ends it
                  return "never";
                }));

    assertThat(nested.failure())
        .isInstanceOf(TimeoutException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void a_shield_raised_in_it_holds_off_the_interrupt_of_the_deadline_around() throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                outer -> {
                  scope.shielded(
                      SECOND.multipliedBy(9),
                      here -> {
                        clock.advance(SECOND);
                        return said.add("interrupted: " + Thread.currentThread().isInterrupted());
                      });
                  return "interrupted: " + Thread.currentThread().isInterrupted();
                }));

    assertThat(late.failure()).isInstanceOf(TimeoutException.class);
    assertThat(said).containsExactly("interrupted: false");
  }

  @Test
  void a_shield_raised_in_it_holds_off_the_interrupt_of_the_group_around() {
    CountDownLatch inShield = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);

    assertThatThrownBy(() ->
            scope.concurrent(
                List.of(
                    here ->
                        scope.shielded(
                            SECOND,
                            inner -> {
                              here.cancellation().onCancel(stopped::countDown);
                              inShield.countDown();
                              stopped.await();
                              return said.add("cleaned up");
                            }),
                    here -> {
                      inShield.await();
                      throw new IllegalStateException("the other one failed");
                    })))
        .hasMessage("the other one failed");
    assertThat(said).containsExactly("cleaned up");
  }

  @Test
  void a_deadline_set_in_it_inside_of_a_shield_ends_its_task() throws Exception {
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND.multipliedBy(2),
                outer ->
                    scope.shielded(
                        SECOND.multipliedBy(9),
                        here ->
                            outer.timeout(
                                SECOND,
                                inner -> {
                                  clock.advance(SECOND);
                                  new CountDownLatch(1).await();
                                  return "never";
                                }))));

    assertThat(late.failure())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("request/timeout/timeout took longer than PT1S");
  }

  @Test
  void an_attempt_that_is_repeated_in_it_does_not_take_the_interrupt_around() throws Exception {
    Executable<String> attempt =
        Task.of(
                "late",
                here -> {
                  clock.advance(SECOND);
                  return "too late";
                })
            .withTimeout(SECOND);
    Started<String> late =
        Started.on(() ->
            scope.timeout(
                SECOND,
                outer -> {
                  assertThatThrownBy(
                          () -> scope.retry(attempt, RetryPolicy.fixed(1, Duration.ZERO)))
                      .isInstanceOf(TimeoutException.class);
                  new CountDownLatch(1).await();
                  return "never";
                }));

    assertThat(late.failure()).hasMessage("request/timeout took longer than PT1S");
  }
}
