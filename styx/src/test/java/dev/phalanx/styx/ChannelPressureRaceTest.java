package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Full and relieved, at the same moment: a relief that gets lost leaves a producer waiting for
 * ever.
 */
class ChannelPressureRaceTest {
  private static final int VALUES = 200;
  private static final CountDownLatch NONE = new CountDownLatch(0);

  /** Platform threads go to sleep and wake up much more slowly. */
  private static int rounds(Threads kind) {
    return kind == Threads.PLATFORM ? 20 : 60;
  }

  /** What a producer who was refused waits at. */
  private static final class Reliefs {
    private long count; // guarded by this

    synchronized void relieved() {
      count++;
      notifyAll();
    }

    synchronized long count() {
      return count;
    }

    synchronized void awaitAfter(long seen) throws InterruptedException {
      while (count <= seen) {
        wait();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_was_refused_and_waits_for_relief_is_always_told(Threads kind) {
    Seed.run(
        "ChannelPressureRaceTest.refused(" + kind + ")",
        random -> {
          for (int round = 0; round < rounds(kind); round++) {
            Reliefs reliefs = new Reliefs();
            Channel<Integer> channel =
                Channel.<Integer>of(1 + random.nextInt(6))
                    .weighing(1 + random.nextInt(6), value -> value % 4)
                    .onRelief(reliefs::relieved)
                    .open();
            List<Started<Boolean>> producers = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
              Spin spin = new Spin(random.nextLong());
              producers.add(
                  Started.running(
                      kind,
                      () -> {
                        for (int value = 0; value < VALUES; value++) {
                          emitWhenRelieved(channel, value, reliefs);
                          spin.aWhile();
                        }
                      }));
            }
            Spin consumerSpin = new Spin(random.nextLong());
            Started<Integer> consumer = Started.on(kind, () -> count(channel, consumerSpin, NONE));

            for (Started<Boolean> producer : producers) {
              producer.result();
            }
            channel.complete();
            assertThat(consumer.result()).isEqualTo(VALUES * producers.size());
          }
        });
  }

  /** As a transport does it: never waits inside the channel. */
  private static Emission emitWhenRelieved(Channel<Integer> channel, int value, Reliefs reliefs)
      throws InterruptedException {
    while (true) {
      long seen = reliefs.count();
      Emission result = channel.tryEmit(value);
      if (result != Emission.FULL) {
        return result;
      }
      reliefs.awaitAfter(seen);
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_was_refused_is_told_though_the_channel_ends_meanwhile(Threads kind) {
    Seed.run(
        "ChannelPressureRaceTest.ends(" + kind + ")",
        random -> {
          for (int round = 0; round < 5 * rounds(kind); round++) {
            Reliefs reliefs = new Reliefs();
            Channel<Integer> channel =
                Channel.<Integer>of(1 + random.nextInt(2)).onRelief(reliefs::relieved).open();
            AtomicInteger accepted = new AtomicInteger();
            List<Started<Boolean>> producers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              producers.add(
                  Started.running(
                      kind,
                      () -> {
                        while (emitWhenRelieved(channel, 1, reliefs) == Emission.ACCEPTED) {
                          accepted.incrementAndGet();
                        }
                      }));
            }
            CountDownLatch toBeReceived = new CountDownLatch(random.nextInt(100));
            Spin spin = new Spin(random.nextLong());
            Started<Integer> consumer = Started.on(kind, () -> count(channel, spin, toBeReceived));
            toBeReceived.await();
            channel.complete();

            int received = consumer.result();
            for (Started<Boolean> producer : producers) {
              producer.result();
            }
            assertThat(received).isEqualTo(accepted.get());
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void who_waits_in_emit_is_always_woken(Threads kind) {
    Seed.run(
        "ChannelPressureRaceTest.emit(" + kind + ")",
        random -> {
          for (int round = 0; round < rounds(kind); round++) {
            Channel<Integer> channel = Channel.bounded(1 + random.nextInt(3));
            int producers = 1 + random.nextInt(4);
            List<Started<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < producers; i++) {
              Spin spin = new Spin(random.nextLong());
              all.add(
                  Started.running(
                      kind,
                      () -> {
                        for (int value = 0; value < VALUES; value++) {
                          assertThat(channel.emit(value)).isTrue();
                          spin.aWhile();
                        }
                      }));
            }
            Spin consumerSpin = new Spin(random.nextLong());
            Started<Integer> consumer = Started.on(kind, () -> count(channel, consumerSpin, NONE));

            for (Started<Boolean> each : all) {
              each.result();
            }
            channel.complete();
            assertThat(consumer.result()).isEqualTo(VALUES * producers);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void interrupts_of_those_who_wait_lose_and_double_nothing(Threads kind) {
    Seed.run(
        "ChannelPressureRaceTest.interrupts(" + kind + ")",
        random -> {
          for (int round = 0; round < rounds(kind); round++) {
            Channel<Integer> channel = Channel.bounded(1 + random.nextInt(2));
            AtomicInteger accepted = new AtomicInteger();
            List<Started<Boolean>> producers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
              producers.add(Started.running(kind, () -> emitThrough(channel, accepted)));
            }
            Spin consumerSpin = new Spin(random.nextLong());
            Started<Integer> consumer = Started.on(kind, () -> count(channel, consumerSpin, NONE));
            interruptUntilOver(producers, random);

            channel.complete();
            assertThat(consumer.result()).isEqualTo(accepted.get());
            assertThat(accepted).hasValue(2 * VALUES);
          }
        });
  }

  /** Emits all values, each again until it is accepted. */
  private static void emitThrough(Channel<Integer> channel, AtomicInteger accepted) {
    int value = 0;
    while (value < VALUES) {
      try {
        assertThat(channel.emit(value)).isTrue();
        accepted.incrementAndGet();
        value++;
      } catch (InterruptedException e) {
        // The same value again: it was not accepted.
      }
    }
  }

  private static void interruptUntilOver(List<Started<Boolean>> producers, Random random)
      throws Exception {
    while (!producers.stream().allMatch(Started::isOver)) {
      producers.get(random.nextInt(producers.size())).thread().interrupt();
      Thread.yield();
    }
    for (Started<Boolean> producer : producers) {
      producer.result();
    }
  }

  private static int count(Channel<Integer> channel, Spin spin, CountDownLatch received) {
    int count = 0;
    for (Integer value : channel) {
      assertThat(value).isNotNull();
      count++;
      received.countDown();
      spin.aWhile();
    }
    return count;
  }
}
