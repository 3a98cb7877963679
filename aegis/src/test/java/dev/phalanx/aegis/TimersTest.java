package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.seeds.Seed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** On the system's clock: what is tested is the thread that sleeps by it. */
class TimersTest {
  private final Timers timers = new Timers("timers-test");

  @Test
  void timers_fire_in_the_order_in_which_they_are_due() {
    List<String> fired = new CopyOnWriteArrayList<>();
    timers.schedule(() -> fired.add("second"), Duration.ofMillis(60));
    timers.schedule(() -> fired.add("third"), Duration.ofMillis(90));
    timers.schedule(() -> fired.add("first"), Duration.ofMillis(30));

    await().until(() -> fired.size() == 3);
    assertThat(fired).containsExactly("first", "second", "third");
  }

  @Test
  void one_that_is_due_sooner_wakes_the_thread_that_sleeps_for_a_later_one() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    timers.schedule(() -> {}, Duration.ofDays(1));
    timers.schedule(fired::countDown, Duration.ofMillis(1));

    assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void one_that_was_taken_back_does_not_fire_and_those_after_it_do() throws Exception {
    List<String> fired = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    var taken = timers.schedule(() -> fired.add("taken back"), Duration.ofMillis(20));
    timers.schedule(last::countDown, Duration.ofMillis(40));

    taken.close();
    taken.close();

    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fired).isEmpty();
  }

  @Test
  void one_that_fails_stops_no_other() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    try (CapturedLog log = CapturedLog.of(Timers.class)) {
      timers.schedule(
          () -> {
            throw new IllegalStateException("it failed");
          },
          Duration.ZERO);
      timers.schedule(fired::countDown, Duration.ofMillis(1));

      assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(log.messages()).singleElement().asString().contains("A timer failed");
    }
  }

  @Test
  void a_delay_without_end_is_as_good_as_any_other() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    timers.schedule(() -> {}, Duration.ofSeconds(Long.MAX_VALUE));
    timers.schedule(fired::countDown, Duration.ZERO);

    assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void of_timers_set_and_taken_back_at_random_by_many_threads_none_is_lost_or_fires_twice() {
    AtomicInteger fired = new AtomicInteger();
    AtomicInteger kept = new AtomicInteger();
    Seed.run(
        "TimersTest",
        random -> {
          List<Thread> threads =
              random.longs(4).mapToObj(seed -> setting(seed, fired, kept)).toList();
          for (Thread thread : threads) {
            thread.join();
          }
        });

    await().until(() -> fired.get() == kept.get());
    assertThat(timers.size()).isZero();
  }

  private Thread setting(long seed, AtomicInteger fired, AtomicInteger kept) {
    return Thread.ofVirtual()
        .start(() -> {
          var random = new java.util.SplittableRandom(seed);
          for (int i = 0; i < 5_000; i++) {
            AtomicInteger mine = new AtomicInteger();
            var timer =
                timers.schedule(
                    () -> {
                      if (mine.incrementAndGet() == 1) {
                        fired.incrementAndGet();
                      }
                    },
                    Duration.ofNanos(random.nextInt(3_000_000)));
            if (random.nextBoolean()) {
              kept.incrementAndGet();
            } else {
              timer.close();
              if (!mine.compareAndSet(0, 1)) {
                kept.incrementAndGet();
              }
            }
          }
        });
  }
}
