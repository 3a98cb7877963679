package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often, after which delays, and after which failures. */
class RetryPolicyTest {
  private static final Duration TEN = Duration.ofMillis(10);
  private static final Duration DAY = Duration.ofDays(1);

  private final RandomGenerator random = new Random(1);

  @Test
  void a_fixed_delay_stays() {
    assertThat(delays(RetryPolicy.fixed(5, TEN))).containsExactly(10L, 10L, 10L, 10L);
  }

  @Test
  void a_fixed_delay_may_be_longer_than_the_usual_bound() {
    assertThat(RetryPolicy.fixed(2, DAY).delayAfter(1, random)).isEqualTo(DAY);
  }

  @Test
  void a_linear_delay_grows_by_the_first() {
    assertThat(delays(RetryPolicy.linear(5, TEN))).containsExactly(10L, 20L, 30L, 40L);
  }

  @Test
  void an_exponential_delay_doubles() {
    assertThat(delays(RetryPolicy.exponential(5, TEN))).containsExactly(10L, 20L, 40L, 80L);
  }

  @Test
  void no_delay_is_longer_than_30_s_or_the_first_or_what_is_set() {
    RetryPolicy policy = RetryPolicy.exponential(1_000, TEN);

    assertThat(policy.delayAfter(13, random)).isEqualTo(Duration.ofSeconds(30));
    assertThat(policy.withMaxDelay(Duration.ofMillis(25)).delayAfter(3, random))
        .isEqualTo(Duration.ofMillis(25));
    assertThat(RetryPolicy.linear(2, DAY).delayAfter(3, random)).isEqualTo(DAY);
  }

  @Test
  void a_delay_that_outgrows_all_numbers_is_the_longest() {
    Duration longest = Duration.ofDays(365);

    for (int failed : new int[] {40, 62, 63, 64, 65, 1_000, Integer.MAX_VALUE}) {
      assertThat(RetryPolicy.exponential(2, DAY).withMaxDelay(longest).delayAfter(failed, random))
          .as("after %d failures", failed)
          .isEqualTo(longest);
    }
    assertThat(
            RetryPolicy.linear(2, longest).withMaxDelay(longest).delayAfter(2_000_000_000, random))
        .isEqualTo(longest);
  }

  @Test
  void jitter_draws_between_nothing_and_the_whole_delay() {
    RetryPolicy policy = RetryPolicy.fixed(2, Duration.ofNanos(3)).withJitter();

    assertThat(
            IntStream.range(0, 1_000)
                .mapToObj(i -> policy.delayAfter(1, random).toNanos())
                .toList())
        .contains(0L, 1L, 2L, 3L)
        .allMatch(nanos -> nanos >= 0 && nanos <= 3);
    assertThat(RetryPolicy.fixed(2, Duration.ZERO).withJitter().delayAfter(1, random)).isZero();
  }

  @Test
  void any_exception_is_worth_another_attempt_but_cancellation_and_interrupts() {
    RetryPolicy policy = RetryPolicy.fixed(3, TEN);

    assertThat(policy.retries(new IOException())).isTrue();
    assertThat(policy.retries(new TimeoutException())).isTrue();
    assertThat(policy.retries(new CancellationException())).isFalse();
    assertThat(policy.retries(new InterruptedException())).isFalse();
  }

  @Test
  void it_may_be_for_some_exceptions_and_their_subclasses_only() {
    RetryPolicy policy =
        RetryPolicy.fixed(3, TEN).retryingOn(IOException.class, TimeoutException.class);

    assertThat(policy.retries(new FileNotFoundException())).isTrue();
    assertThat(policy.retries(new TimeoutException())).isTrue();
    assertThat(policy.retries(new IllegalStateException())).isFalse();
  }

  @Test
  void cancellation_is_not_retried_even_where_it_is_named() {
    assertThat(
            RetryPolicy.fixed(3, TEN)
                .retryingOn(CancellationException.class)
                .retries(new CancellationException()))
        .isFalse();
  }

  @Test
  void nonsense_is_refused_and_named() {
    refused(() -> RetryPolicy.fixed(0, TEN), "attempts must be 1 or more, not 0");
    refused(
        () -> RetryPolicy.linear(2, Duration.ofMillis(-1)),
        "firstDelay must be 0 to PT8760H, not PT-0.001S");
    refused(
        () -> RetryPolicy.exponential(2, TEN).withMaxDelay(Duration.ofMillis(-1)),
        "maxDelay must be 0 to PT8760H, not PT-0.001S");
    refused(
        () -> RetryPolicy.fixed(2, TEN).withMaxDelay(Duration.ofDays(366)),
        "maxDelay must be 0 to PT8760H, not PT8784H");
    refused(
        () -> new RetryPolicy(2, TEN, RetryPolicy.Growth.FIXED, TEN, false, Set.of()),
        "retryingOn must name an exception");
  }

  /** A fixed delay is its own bound: the message must name what was written. */
  @Test
  void a_first_delay_that_is_nonsense_is_named_as_such() {
    refused(
        () -> RetryPolicy.fixed(2, Duration.ofMillis(-1)),
        "firstDelay must be 0 to PT8760H, not PT-0.001S");
    refused(
        () -> RetryPolicy.fixed(2, Duration.ofDays(366)),
        "firstDelay must be 0 to PT8760H, not PT8784H");
    refused(
        () -> RetryPolicy.linear(2, Duration.ofDays(366)),
        "firstDelay must be 0 to PT8760H, not PT8784H");
  }

  @Test
  void the_same_exception_may_be_named_twice() {
    RetryPolicy policy = RetryPolicy.fixed(2, TEN).retryingOn(IOException.class, IOException.class);

    assertThat(policy.retryingOn()).isEqualTo(Set.of(IOException.class));
  }

  private List<Long> delays(RetryPolicy policy) {
    return IntStream.range(1, policy.attempts())
        .mapToObj(failed -> policy.delayAfter(failed, random).toMillis())
        .toList();
  }

  private static void refused(Runnable nonsense, String message) {
    assertThatThrownBy(nonsense::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
