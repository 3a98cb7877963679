package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConductTest {
  private static final StackTraceElement[] SOMEWHERE = {};

  private final Conduct conduct = new Conduct("WS /route");
  private long now = System.nanoTime();

  /** Its lane goes on without it after two ticks, and hears later how long it took. */
  private void holdsUp(Duration time) {
    conduct.heldUp(now, SOMEWHERE);
    now += time.toNanos();
    conduct.gaveWay(now, time.toNanos());
  }

  private void hasLoadedItsClasses() {
    for (int i = 0; i < 5; i++) {
      holdsUp(Duration.ofMillis(100));
    }
  }

  @Test
  void while_it_loads_its_classes_it_stays() {
    hasLoadedItsClasses();

    assertThat(conduct.isMovedOff()).isFalse();
  }

  @Test
  void three_times_within_a_minute_are_too_often() {
    hasLoadedItsClasses();

    holdsUp(Duration.ofMillis(30));
    holdsUp(Duration.ofMillis(30));
    assertThat(conduct.isMovedOff()).isFalse();
    holdsUp(Duration.ofMillis(30));

    assertThat(conduct.isMovedOff()).isTrue();
  }

  @Test
  void three_times_in_two_minutes_are_not() {
    hasLoadedItsClasses();

    holdsUp(Duration.ofMillis(30));
    holdsUp(Duration.ofMillis(30));
    now += Duration.ofMinutes(2).toNanos();
    holdsUp(Duration.ofMillis(30));

    assertThat(conduct.isMovedOff()).isFalse();
  }

  @Test
  void a_fifth_of_a_second_counts_twice() {
    hasLoadedItsClasses();

    holdsUp(Duration.ofMillis(30));
    assertThat(conduct.isMovedOff()).isFalse();
    holdsUp(Duration.ofMillis(200));

    assertThat(conduct.isMovedOff()).isTrue();
  }

  @Test
  void a_second_at_once_is_too_long_even_the_first_time() {
    holdsUp(Duration.ofSeconds(1));

    assertThat(conduct.isMovedOff()).isTrue();
  }
}
