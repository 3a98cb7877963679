package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectPolicyTest {
  private static final ReconnectPolicy POLICY = ReconnectPolicy.defaults();

  private static WsClosed by(WsClosed.By by, int code, String reason) {
    return new WsClosed(new WsCloseCode(code), reason, by);
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 1006, 1011, 1012, 1013, 1014, 3008})
  void what_may_pass_is_tried_again(int code) {
    assertThat(POLICY.retries(by(WsClosed.By.PEER, code, ""))).isTrue();
    assertThat(POLICY.retries(by(WsClosed.By.NOBODY, code, ""))).isTrue();
    assertThat(POLICY.retries(by(WsClosed.By.US, code, ""))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 3000, 3003, 4000, 4999})
  void what_would_happen_again_is_not(int code) {
    assertThat(POLICY.retries(by(WsClosed.By.PEER, code, ""))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "400,false",
    "401,false",
    "404,false",
    "408,true",
    "425,true",
    "429,true",
    "500,true",
    "503,true",
    "200,true",
    "302,true",
    "101,true"
  })
  void a_status_tells_whether_to_ask_again(int status, boolean again) {
    assertThat(POLICY.retries(status)).isEqualTo(again);
  }

  @Test
  void delays_are_drawn_below_a_limit_that_doubles_up_to_maxDelay() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int attempt = 1; attempt <= 100; attempt++) {
      Duration limit = Duration.ofSeconds(attempt > 5 ? 30 : 1L << (attempt - 1));
      for (int i = 0; i < 50; i++) {
        assertThat(POLICY.delayBefore(attempt, null, random))
            .as("attempt %d, seed %d", attempt, seed)
            .isBetween(Duration.ZERO, limit);
      }
    }
  }

  @Test
  void a_hint_is_the_least_and_bounded() {
    Random random = new Random(1);
    assertThat(POLICY.delayBefore(1, Duration.ofSeconds(20), random))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    assertThat(POLICY.delayBefore(1, Duration.ofDays(9), random))
        .isBetween(Duration.ofMinutes(5), Duration.ofSeconds(301));
  }

  @Test
  void a_hint_is_in_the_reason_of_1012_and_1013() {
    assertThat(ReconnectPolicy.hintIn(by(WsClosed.By.PEER, 1012, "retry-after=5")))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(ReconnectPolicy.hintIn(by(WsClosed.By.PEER, 1013, "full, retry-after=30, sorry")))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(ReconnectPolicy.hintIn(by(WsClosed.By.PEER, 1011, "retry-after=5"))).isNull();
    assertThat(ReconnectPolicy.hintIn(by(WsClosed.By.PEER, 1012, "retry-after=soon"))).isNull();
    assertThat(ReconnectPolicy.hintIn(by(WsClosed.By.PEER, 1012, "retry-after=99999999999")))
        .isNull();
  }

  @Test
  void settings_are_checked_by_name() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> POLICY.withAttempts(0))
        .withMessageContaining("attempts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> POLICY.withDelays(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .withMessageContaining("maxDelay");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SendBuffer.defaults().withRoom(-1, 0))
        .withMessageContaining("messages");
  }
}
