package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end is data, and comes last. */
class ChannelClosingTest {
  private final List<String> ends = new ArrayList<>();
  private final Channel<String> channel = Channel.<String>of(8).onEnd(() -> ends.add("end")).open();
  private final Exception broken = new Exception("broken");

  @Test
  void what_was_accepted_before_the_end_is_received_and_then_the_end() throws Exception {
    channel.tryEmit("a");
    channel.tryEmit("b");

    assertThat(channel.complete()).isTrue();

    assertThat(channel.receive()).isEqualTo(new Received.Value<>("a"));
    assertThat(channel.receive()).isEqualTo(new Received.Value<>("b"));
    assertThat(channel.receive()).isEqualTo(new Received.Completed<>());
  }

  @Test
  void a_failure_too_comes_after_what_was_accepted() throws Exception {
    channel.tryEmit("a");

    assertThat(channel.error(broken)).isTrue();

    assertThat(channel.receive()).isEqualTo(new Received.Value<>("a"));
    assertThat(channel.receive()).isEqualTo(new Received.Failed<>(broken));
  }

  @Test
  void after_the_end_comes_the_end() throws Exception {
    channel.error(broken);

    for (int i = 0; i < 3; i++) {
      assertThat(channel.receive()).isEqualTo(new Received.Failed<>(broken));
    }
  }

  @Test
  void a_closed_channel_takes_nothing_more() throws Exception {
    assertThat(channel.isClosed()).isFalse();
    channel.complete();

    assertThat(channel.isClosed()).isTrue();
    assertThat(channel.tryEmit("late")).isEqualTo(Emission.CLOSED);
    assertThat(channel.emit("late")).isFalse();
    assertThat(channel.receive()).isEqualTo(new Received.Completed<>());
  }

  @Test
  void a_full_channel_that_is_closed_says_closed() {
    Channel<String> full = Channel.bounded(1);
    full.tryEmit("a");
    assertThat(full.tryEmit("b")).isEqualTo(Emission.FULL);
    full.complete();

    assertThat(full.tryEmit("b")).isEqualTo(Emission.CLOSED);
  }

  @Test
  void it_ends_as_it_was_closed_first_completed() throws Exception {
    assertThat(channel.complete()).isTrue();
    assertThat(channel.complete()).isFalse();
    assertThat(channel.error(broken)).isFalse();

    assertThat(channel.receive()).isEqualTo(new Received.Completed<>());
  }

  @Test
  void it_ends_as_it_was_closed_first_failed() throws Exception {
    assertThat(channel.error(broken)).isTrue();
    assertThat(channel.error(new Exception("broken again"))).isFalse();
    assertThat(channel.complete()).isFalse();

    assertThat(channel.receive()).isEqualTo(new Received.Failed<>(broken));
  }

  @ParameterizedTest
  @EnumSource
  void the_end_wakes_a_consumer_who_waits(Threads kind) throws Exception {
    Started<Received<String>> consumer = Started.on(kind, channel::receive);
    consumer.waits();

    channel.complete();

    assertThat(consumer.result()).isEqualTo(new Received.Completed<>());
  }

  @ParameterizedTest
  @EnumSource
  void a_value_wakes_a_consumer_who_waits(Threads kind) throws Exception {
    Started<Received<String>> consumer = Started.on(kind, channel::receive);
    consumer.waits();

    channel.tryEmit("a");

    assertThat(consumer.result()).isEqualTo(new Received.Value<>("a"));
  }

  @ParameterizedTest
  @EnumSource
  void an_interrupt_wakes_a_consumer_who_waits_and_nothing_is_lost(Threads kind) throws Exception {
    Started<Received<String>> consumer = Started.on(kind, channel::receive);
    consumer.waits();

    consumer.thread().interrupt();

    assertThat(consumer.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while waiting for the next value");
    channel.tryEmit("a");
    assertThat(channel.receive()).isEqualTo(new Received.Value<>("a"));
  }

  @Test
  void who_comes_interrupted_receives_what_is_there_and_does_not_wait_for_more() throws Exception {
    channel.tryEmit("a");
    Started<Received<String>> consumer =
        Started.on(() -> {
          Thread.currentThread().interrupt();
          assertThat(channel.receive()).isEqualTo(new Received.Value<>("a"));
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          return channel.receive();
        });

    assertThat(consumer.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void the_end_is_announced_once_when_the_consumer_has_come_to_it() throws Exception {
    channel.tryEmit("a");
    channel.complete();
    assertThat(ends).as("closed").isEmpty();

    channel.receive();
    assertThat(ends).as("all received").isEmpty();

    channel.receive();
    assertThat(ends).as("the end received").containsExactly("end");

    channel.receive();
    channel.complete();
    channel.forEach(value -> ends.add("a value after the end: " + value));
    assertThat(ends).containsExactly("end");
  }

  @Test
  void an_announcement_that_fails_is_not_repeated() throws Exception {
    Channel<String> failing =
        Channel.<String>of(1)
            .onEnd(() -> {
              throw new IllegalStateException("a bad callback");
            })
            .open();
    failing.complete();

    assertThatThrownBy(failing::receive).hasMessage("a bad callback");
    assertThat(failing.receive()).isEqualTo(new Received.Completed<>());
  }

  @Test
  void a_new_channel_is_untouched_until_a_value_is_in_it() throws Exception {
    assertThat(channel.isUntouched()).isTrue();

    channel.tryEmit("a");
    assertThat(channel.isUntouched()).isFalse();

    channel.receive();
    assertThat(channel.isUntouched()).as("empty again").isFalse();
  }

  @Test
  void a_channel_that_ends_without_a_value_stays_untouched() throws Exception {
    channel.complete();
    assertThat(channel.isUntouched()).isTrue();

    channel.receive();
    assertThat(channel.isUntouched()).isTrue();
  }
}
