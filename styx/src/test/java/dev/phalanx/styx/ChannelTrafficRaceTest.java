package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Much traffic through one channel. */
class ChannelTrafficRaceTest {
  private static final int PRODUCERS = 4;
  private static final int VALUES = 8_000;

  @ParameterizedTest
  @EnumSource
  void four_producers_keep_their_own_order_and_nothing_is_lost_or_doubled(Threads kind) {
    Seed.run(
        "ChannelTrafficRaceTest.order(" + kind + ")",
        random -> {
          Channel<Integer> channel = Channel.bounded(1 + random.nextInt(64));
          List<Started<Boolean>> producers = new ArrayList<>();
          for (int i = 0; i < PRODUCERS; i++) {
            int self = i;
            producers.add(
                Started.running(
                    kind,
                    () -> {
                      for (int number = 0; number < VALUES; number++) {
                        assertThat(channel.emit(number * PRODUCERS + self)).isTrue();
                      }
                    }));
          }
          Started<int[]> consumer = Started.on(kind, () -> nextOfEach(channel));

          for (Started<Boolean> producer : producers) {
            producer.result();
          }
          channel.complete();
          assertThat(consumer.result()).containsOnly(VALUES).hasSize(PRODUCERS);
        });
  }

  /** The number that would come next from each producer; fails at the first out of order. */
  private static int[] nextOfEach(Channel<Integer> channel) {
    int[] next = new int[PRODUCERS];
    for (Integer value : channel) {
      int producer = value % PRODUCERS;
      assertThat(value / PRODUCERS).isEqualTo(next[producer]);
      next[producer]++;
    }
    return next;
  }

  @ParameterizedTest
  @EnumSource
  void a_consumer_who_goes_to_sleep_as_a_value_comes_is_woken(Threads kind) {
    Seed.run(
        "ChannelTrafficRaceTest.wakeUp(" + kind + ")",
        random -> {
          Channel<Integer> there = Channel.bounded(1);
          Channel<Integer> back = Channel.bounded(1);
          int turns = 4_000;
          Spin spin = new Spin(random.nextLong());
          Spin echoSpin = new Spin(random.nextLong());
          Started<Boolean> echo =
              Started.running(
                  kind,
                  () -> {
                    for (Integer value : there) {
                      echoSpin.aWhile();
                      assertThat(back.tryEmit(value)).isEqualTo(Emission.ACCEPTED);
                    }
                    back.complete();
                  });
          Started<Boolean> caller =
              Started.running(
                  kind,
                  () -> {
                    for (int turn = 0; turn < turns; turn++) {
                      assertThat(there.tryEmit(turn)).isEqualTo(Emission.ACCEPTED);
                      spin.aWhile();
                      assertThat(back.receive()).isEqualTo(new Received.Value<>(turn));
                    }
                    there.complete();
                    assertThat(back.receive()).isEqualTo(new Received.Completed<>());
                  });

          caller.result();
          echo.result();
        });
  }

  @Test
  void a_channel_that_has_a_value_never_looks_untouched_while_it_is_taken() throws Exception {
    int rounds = 5_000;
    AtomicReference<Channel<Integer>> current = new AtomicReference<>();
    Started<Boolean> consumer =
        Started.running(
            Threads.PLATFORM,
            () -> {
              for (int round = 0; round < rounds; round++) {
                Channel<Integer> next = current.getAcquire();
                while (next == null) {
                  Thread.onSpinWait();
                  next = current.getAcquire();
                }
                assertThat(next.receive()).isEqualTo(new Received.Value<>(round));
                current.setRelease(null);
              }
            });

    for (int round = 0; round < rounds; round++) {
      Channel<Integer> channel = Channel.bounded(1);
      channel.tryEmit(round);
      current.setRelease(channel);
      boolean looked = false;
      while (current.getAcquire() != null && !consumer.isOver()) {
        looked |= channel.isUntouched();
      }
      assertThat(looked | channel.isUntouched()).as("untouched, in round %s", round).isFalse();
    }
    consumer.result();
  }
}
