package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The clock of every day. */
class SystemTimeTest {
  private final TimeSource time = TimeSource.system();

  @Test
  void a_timer_fires_once_its_time_has_come_on_a_thread_of_its_own() {
    List<Thread> firedOn = new CopyOnWriteArrayList<>();
    long before = time.nanoTime();
    List<Long> firedAt = new CopyOnWriteArrayList<>();

    time.schedule(
        () -> {
          firedAt.add(time.nanoTime());
          firedOn.add(Thread.currentThread());
        },
        Duration.ofMillis(20));

    Eventually.until(() -> firedOn.size() == 1);
    assertThat(firedAt.getFirst() - before).isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
    assertThat(firedOn.getFirst()).isNotSameAs(Thread.currentThread());
    assertThat(firedOn.getFirst().isDaemon()).isTrue();
  }

  @Test
  void a_timer_that_was_taken_back_does_not_fire() {
    List<String> fired = new CopyOnWriteArrayList<>();
    time.schedule(() -> fired.add("taken back"), Duration.ofMillis(20)).close();
    time.schedule(() -> fired.add("kept"), Duration.ofMillis(40));

    Eventually.until(() -> fired.contains("kept"));
    assertThat(fired).containsExactly("kept");
  }

  @Test
  void parking_ends_at_the_deadline() {
    long deadline = time.nanoTime() + Duration.ofMillis(20).toNanos();

    while (time.nanoTime() - deadline < 0) {
      time.parkUntil(deadline);
    }

    assertThat(time.nanoTime() - deadline).isNotNegative();
  }

  @Test
  void parking_ends_when_the_thread_is_unparked() throws Exception {
    long never = time.nanoTime() + Duration.ofDays(1).toNanos();
    Started<Boolean> parked = Started.running(() -> time.parkUntil(never));

    Eventually.until(() -> {
      LockSupport.unpark(parked.thread());
      return parked.isOver();
    });
    assertThat(parked.result()).isTrue();
  }
}
