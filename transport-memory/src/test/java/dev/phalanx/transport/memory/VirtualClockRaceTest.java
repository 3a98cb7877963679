package dev.phalanx.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Time that passes while a thread is about to wait for it. */
class VirtualClockRaceTest {
  @Test
  void aThreadIsWokenAtItsDeadlineHoweverCloseThatIs() throws Exception {
    for (int round = 0; round < 20_000; round++) {
      VirtualClock clock = new VirtualClock();
      CountDownLatch ready = new CountDownLatch(1);
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                ready.countDown();
                while (clock.nanoTime() < 1_000) {
                  clock.parkUntil(1_000);
                }
              });
      ready.await();
      clock.advance(Duration.ofNanos(1_000));
      boolean ended = waiting.join(Duration.ofSeconds(10));
      assertThat(ended).as("woken, in round %d", round).isTrue();
      assertThat(clock.pendingTimers()).isZero();
    }
  }
}
