package dev.phalanx.styx;

import static dev.phalanx.styx.Emission.ACCEPTED;
import static dev.phalanx.styx.Emission.FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a channel says when it is full, and that it says it in turn with its relief. */
class ChannelPressureTest {
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private Channel.Builder<Integer> ofFour() {
    return Channel.<Integer>of(4)
        .onPressure(() -> said.add("pressure"))
        .onRelief(() -> said.add("relief"));
  }

  @Test
  void it_is_said_when_a_value_finds_no_room_and_not_when_the_last_place_is_taken() {
    Channel<Integer> channel = ofFour().open();
    for (int i = 0; i < 4; i++) {
      assertThat(channel.tryEmit(i)).isEqualTo(ACCEPTED);
    }
    assertThat(said).isEmpty();

    assertThat(channel.tryEmit(4)).isEqualTo(FULL);
    assertThat(channel.tryEmit(4)).isEqualTo(FULL);

    assertThat(said).containsExactly("pressure");
  }

  @Test
  void it_is_said_again_only_after_the_relief() throws Exception {
    Channel<Integer> channel = ofFour().open();
    for (int turn = 0; turn < 3; turn++) {
      while (channel.tryEmit(turn) != FULL) {
        assertThat(channel.size()).isLessThanOrEqualTo(4);
      }
      channel.receive();
      channel.tryEmit(turn);
      assertThat(channel.tryEmit(turn)).isEqualTo(FULL);
      for (int i = 0; i < 4; i++) {
        channel.receive();
      }
    }

    assertThat(said)
        .containsExactly("pressure", "relief", "pressure", "relief", "pressure", "relief");
  }

  @Test
  void a_producer_who_waits_for_room_has_it_said_too() throws Exception {
    Channel<Integer> channel = ofFour().open();
    Started<Boolean> producer =
        Started.running(
            Threads.VIRTUAL,
            () -> {
              for (int i = 0; i < 5; i++) {
                channel.emit(i);
              }
            });
    producer.waits();
    assertThat(said).containsExactly("pressure");

    channel.receive();
    channel.receive();

    producer.result();
    assertThat(said).containsExactly("pressure", "relief");
  }

  @Test
  void a_relief_that_comes_during_the_call_is_said_after_it() throws Exception {
    CountDownLatch drained = new CountDownLatch(1);
    Channel<Integer> channel =
        Channel.<Integer>of(1)
            .onPressure(() -> {
              said.add("pressure begins");
              await(drained);
              said.add("pressure ends");
            })
            .onRelief(() -> said.add("relief"))
            .open();
    channel.tryEmit(1);
    Started<Emission> producer = Started.on(() -> channel.tryEmit(2));
    Eventually.until(() -> said.contains("pressure begins"));

    assertThat(channel.receive()).isEqualTo(new Received.Value<>(1));
    drained.countDown();

    assertThat(producer.result()).isEqualTo(ACCEPTED);
    assertThat(said).containsExactly("pressure begins", "pressure ends", "relief");
  }

  @ParameterizedTest
  @EnumSource
  void under_many_producers_the_calls_alternate_and_never_overlap(Threads kind) {
    Seed.run(
        "ChannelPressureTest.alternate(" + kind + ")",
        random -> {
          AtomicBoolean inCall = new AtomicBoolean();
          AtomicInteger overlaps = new AtomicInteger();
          Channel<Integer> channel =
              Channel.<Integer>of(1 + random.nextInt(4))
                  .onPressure(() -> alone(inCall, overlaps, "pressure"))
                  .onRelief(() -> alone(inCall, overlaps, "relief"))
                  .open();
          List<Started<Boolean>> producers = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            producers.add(
                Started.running(
                    kind,
                    () -> {
                      for (int value = 0; value < 1_000; value++) {
                        channel.emit(value);
                      }
                    }));
          }
          Spin spin = new Spin(random.nextLong());
          for (int i = 0; i < 4_000; i++) {
            channel.receive();
            spin.aWhile();
          }
          for (Started<Boolean> producer : producers) {
            producer.result();
          }

          assertThat(overlaps).hasValue(0);
          Eventually.until(
              () -> said.size() % 2 == 0); // the last call may be on a producer's thread
          for (int i = 0; i < said.size(); i++) {
            assertThat(said.get(i)).isEqualTo(i % 2 == 0 ? "pressure" : "relief");
          }
        });
  }

  @Test
  void a_negative_weight_is_refused_and_nothing_is_accepted() {
    Channel<Integer> channel = Channel.<Integer>of(4).weighing(10, value -> value).open();

    assertThatThrownBy(() -> channel.tryEmit(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value's weight must not be negative: -1");
    assertThat(channel.size()).isZero();
  }

  @Test
  void a_weight_that_changes_in_the_channel_is_given_back_as_it_was() throws Exception {
    AtomicInteger weight = new AtomicInteger(10);
    Channel<Integer> channel = Channel.<Integer>of(4).weighing(10, value -> weight.get()).open();
    channel.tryEmit(1);
    weight.set(1);
    assertThat(channel.tryEmit(2)).isEqualTo(FULL);

    channel.receive();
    weight.set(10);

    assertThat(channel.tryEmit(3)).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit(4)).isEqualTo(FULL);
  }

  private void alone(AtomicBoolean inCall, AtomicInteger overlaps, String call) {
    if (!inCall.compareAndSet(false, true)) {
      overlaps.incrementAndGet();
    }
    said.add(call);
    inCall.set(false);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
