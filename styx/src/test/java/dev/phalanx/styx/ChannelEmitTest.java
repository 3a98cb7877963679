package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Producers who wait for room. */
class ChannelEmitTest {
  private final Channel<Integer> channel = Channel.bounded(2);

  @ParameterizedTest
  @EnumSource
  void with_room_it_does_not_wait(Threads kind) throws Exception {
    Started<Boolean> producer = Started.on(kind, () -> channel.emit(1) && channel.emit(2));

    assertThat(producer.result()).isTrue();
    assertThat(channel.size()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void without_room_it_waits_and_goes_on_when_the_channel_is_relieved(Threads kind)
      throws Exception {
    fill();
    Started<Boolean> producer = Started.on(kind, () -> channel.emit(3));
    producer.waits();
    assertThat(channel.size()).isEqualTo(2);

    assertReceived(1);

    assertThat(producer.result()).isTrue();
    assertReceived(2, 3);
  }

  @ParameterizedTest
  @EnumSource
  void all_who_wait_get_their_turn(Threads kind) throws Exception {
    fill();
    List<Started<Boolean>> producers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Started<Boolean> producer = Started.on(kind, () -> channel.emit(3));
      producer.waits();
      producers.add(producer);
    }

    assertReceived(1, 2);
    for (int i = 0; i < 10; i++) {
      assertReceived(3);
    }

    for (Started<Boolean> producer : producers) {
      assertThat(producer.result()).isTrue();
    }
    assertThat(channel.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void who_is_interrupted_while_waiting_has_emitted_nothing(Threads kind) throws Exception {
    fill();
    Started<Boolean> interrupted = Started.on(kind, () -> channel.emit(-1));
    Started<Boolean> patient = Started.on(kind, () -> channel.emit(3));
    interrupted.waits();
    patient.waits();

    interrupted.thread().interrupt();

    assertThat(interrupted.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while the channel was full");
    assertReceived(1, 2, 3);
    assertThat(patient.result()).isTrue();
    assertThat(channel.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void who_comes_interrupted_waits_for_nothing_and_emits_only_if_there_is_room(Threads kind)
      throws Exception {
    Started<Boolean> withRoom =
        Started.on(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return channel.emit(1) && Thread.currentThread().isInterrupted();
            });
    assertThat(withRoom.result()).as("accepted, and the interrupt kept").isTrue();

    channel.emit(2);
    Started<Boolean> withoutRoom =
        Started.on(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return channel.emit(-1);
            });
    assertThat(withoutRoom.failure()).isInstanceOf(InterruptedException.class);
    assertReceived(1, 2);
    assertThat(channel.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void the_end_of_the_channel_ends_the_wait_and_the_value_was_not_accepted(Threads kind)
      throws Exception {
    fill();
    Started<Boolean> first = Started.on(kind, () -> channel.emit(-1));
    Started<Boolean> second = Started.on(kind, () -> channel.emit(-2));
    first.waits();
    second.waits();

    channel.complete();

    assertThat(first.result()).isFalse();
    assertThat(second.result()).isFalse();
    assertReceived(1, 2);
    assertThat(channel.receive()).isEqualTo(new Received.Completed<>());
  }

  @ParameterizedTest
  @EnumSource
  void a_closed_channel_takes_nothing_and_says_so(Threads kind) throws Exception {
    channel.error(new Exception("broken"));

    assertThat(Started.on(kind, () -> channel.emit(1)).result()).isFalse();
    assertThat(channel.size()).isZero();
  }

  private void fill() {
    assertThat(channel.tryEmit(1)).isEqualTo(Emission.ACCEPTED);
    assertThat(channel.tryEmit(2)).isEqualTo(Emission.ACCEPTED);
  }

  private void assertReceived(Integer... values) throws InterruptedException {
    for (Integer value : values) {
      assertThat(channel.receive()).isEqualTo(new Received.Value<>(value));
    }
  }
}
