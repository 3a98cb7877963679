package dev.phalanx.styx;

import static dev.phalanx.styx.Emission.ACCEPTED;
import static dev.phalanx.styx.Emission.CLOSED;
import static dev.phalanx.styx.Emission.FULL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Full, and relieved at half. */
class ChannelReliefTest {
  private final AtomicInteger reliefs = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 1", "4, 2", "5, 2", "100, 50"})
  void a_channel_that_was_full_is_relieved_when_it_is_down_to_half(int capacity, int half)
      throws Exception {
    Channel<Integer> channel =
        Channel.<Integer>of(capacity).onRelief(reliefs::incrementAndGet).open();
    fill(channel, capacity);
    assertThat(channel.tryEmit(-1)).isEqualTo(FULL);

    while (channel.size() > half + 1) {
      channel.receive();
      assertThat(reliefs).as("with %s in it", channel.size()).hasValue(0);
    }
    channel.receive();

    assertThat(reliefs).hasValue(1);
    assertThat(channel.size()).isEqualTo(half);
  }

  @Test
  void it_is_said_once_and_again_only_after_it_was_full_again() throws Exception {
    Channel<Integer> channel = Channel.<Integer>of(4).onRelief(reliefs::incrementAndGet).open();
    fill(channel, 4);
    channel.tryEmit(-1);
    channel.tryEmit(-1);
    drain(channel, 4);
    assertThat(reliefs).hasValue(1);

    fill(channel, 4);
    drain(channel, 4);
    assertThat(reliefs).as("nobody was refused").hasValue(1);

    fill(channel, 4);
    assertThat(channel.tryEmit(-1)).isEqualTo(FULL);
    drain(channel, 4);
    assertThat(reliefs).hasValue(2);
  }

  @Test
  void a_channel_that_was_never_full_says_nothing() throws Exception {
    Channel<Integer> channel = Channel.<Integer>of(4).onRelief(reliefs::incrementAndGet).open();

    fill(channel, 4);
    drain(channel, 4);

    assertThat(reliefs).hasValue(0);
  }

  @Test
  void weight_too_must_be_down_to_half() throws Exception {
    Channel<String> channel =
        Channel.<String>of(100)
            .weighing(10, String::length)
            .onRelief(reliefs::incrementAndGet)
            .open();
    channel.tryEmit("12");
    channel.tryEmit("12");
    channel.tryEmit("123456");
    assertThat(channel.tryEmit("1")).isEqualTo(FULL);

    channel.receive();
    channel.receive();
    assertThat(reliefs).as("6 of 10").hasValue(0);

    channel.receive();
    assertThat(reliefs).hasValue(1);
  }

  @Test
  void count_too_must_be_down_to_half() throws Exception {
    Channel<String> channel =
        Channel.<String>of(4)
            .weighing(10, String::length)
            .onRelief(reliefs::incrementAndGet)
            .open();
    channel.tryEmit("1234567890");
    for (int i = 0; i < 3; i++) {
      assertThat(channel.tryEmit("")).isEqualTo(ACCEPTED);
    }
    assertThat(channel.tryEmit("")).isEqualTo(FULL);

    channel.receive();
    assertThat(reliefs).as("3 of 4, though they weigh nothing").hasValue(0);

    channel.receive();
    assertThat(reliefs).hasValue(1);
  }

  @Test
  void a_value_too_heavy_for_what_is_left_is_told_of_each_relief_until_it_fits() throws Exception {
    Channel<String> channel =
        Channel.<String>of(100)
            .weighing(10, String::length)
            .onRelief(reliefs::incrementAndGet)
            .open();
    channel.tryEmit("1");
    channel.tryEmit("1");
    assertThat(channel.tryEmit("123456789")).as("11 of 10").isEqualTo(FULL);

    channel.receive();
    assertThat(reliefs).hasValue(1);

    assertThat(channel.tryEmit("1234567890")).as("11 of 10").isEqualTo(FULL);
    channel.receive();
    assertThat(reliefs).hasValue(2);
    assertThat(channel.tryEmit("1234567890")).isEqualTo(ACCEPTED);
  }

  @Test
  void it_is_said_on_the_consumers_thread_when_there_is_room() throws Exception {
    List<String> seen = new ArrayList<>();
    List<Channel<Integer>> self = new ArrayList<>();
    Thread consumer = Thread.currentThread();
    Channel<Integer> channel =
        Channel.<Integer>of(2)
            .onRelief(() -> {
              seen.add("consumer's thread: " + (Thread.currentThread() == consumer));
              seen.add("a value finds room: " + self.getFirst().tryEmit(3));
            })
            .open();
    self.add(channel);
    fill(channel, 2);
    Started<Emission> refused = Started.on(() -> channel.tryEmit(-1));
    assertThat(refused.result()).isEqualTo(FULL);

    assertThat(channel.receive()).isEqualTo(new Received.Value<>(0));

    assertThat(seen).containsExactly("consumer's thread: true", "a value finds room: ACCEPTED");
    assertThat(channel.size()).isEqualTo(2);
  }

  @Test
  void who_was_refused_before_the_end_is_told_when_the_rest_is_received() throws Exception {
    Channel<Integer> channel = Channel.<Integer>of(2).onRelief(reliefs::incrementAndGet).open();
    fill(channel, 2);
    assertThat(channel.tryEmit(-1)).isEqualTo(FULL);
    channel.complete();
    assertThat(reliefs).hasValue(0);

    drain(channel, 2);

    assertThat(reliefs).hasValue(1);
    assertThat(channel.tryEmit(-1)).isEqualTo(CLOSED);
  }

  private static void fill(Channel<Integer> channel, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(channel.tryEmit(i)).isEqualTo(ACCEPTED);
    }
  }

  private static void drain(Channel<Integer> channel, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(channel.receive()).isEqualTo(new Received.Value<>(i));
    }
  }
}
