package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** A channel in a for loop. */
class ChannelIteratorTest {
  private final Channel<String> channel = Channel.bounded(8);

  @Test
  void a_loop_sees_all_values_in_order_and_ends_with_the_channel() {
    channel.tryEmit("a");
    channel.tryEmit("b");
    channel.complete();
    List<String> seen = new ArrayList<>();

    for (String value : channel) {
      seen.add(value);
    }

    assertThat(seen).containsExactly("a", "b");
  }

  @Test
  void a_loop_waits_for_what_is_still_to_come() throws Exception {
    Started<List<String>> loop =
        Started.on(() -> {
          List<String> seen = new ArrayList<>();
          channel.forEach(seen::add);
          return seen;
        });
    loop.waits();
    channel.tryEmit("a");
    loop.waits();
    channel.tryEmit("b");

    channel.complete();

    assertThat(loop.result()).containsExactly("a", "b");
  }

  @Test
  void the_loop_of_a_failed_channel_ends_too_and_receive_tells_the_difference() throws Exception {
    Exception broken = new Exception("broken");
    channel.tryEmit("a");
    channel.error(broken);
    List<String> seen = new ArrayList<>();

    channel.forEach(seen::add);

    assertThat(seen).containsExactly("a");
    assertThat(channel.receive()).isEqualTo(new Received.Failed<>(broken));
  }

  @Test
  void asking_again_whether_there_is_a_value_takes_none() {
    channel.tryEmit("a");
    channel.tryEmit("b");
    Iterator<String> iterator = channel.iterator();

    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.next()).isEqualTo("a");
    assertThat(iterator.next()).as("without asking").isEqualTo("b");
  }

  @Test
  void after_the_end_there_is_no_next() {
    channel.complete();
    Iterator<String> iterator = channel.iterator();

    assertThat(iterator.hasNext()).isFalse();
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(iterator::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("the channel has ended");
  }

  @Test
  void a_second_loop_goes_on_where_the_first_was_left() {
    channel.tryEmit("a");
    channel.tryEmit("b");
    channel.tryEmit("c");
    channel.complete();
    List<String> seen = new ArrayList<>();

    for (String value : channel) {
      seen.add("first: " + value);
      if (value.equals("b")) {
        break;
      }
    }
    channel.forEach(value -> seen.add("second: " + value));

    assertThat(seen).containsExactly("first: a", "first: b", "second: c");
  }

  @Test
  void an_iterator_that_looked_ahead_and_was_left_has_taken_nothing() throws Exception {
    channel.tryEmit("a");
    channel.tryEmit("b");

    assertThat(channel.iterator().hasNext()).isTrue();
    assertThat(channel.iterator().next()).isEqualTo("a");
    assertThat(channel.iterator().hasNext()).isTrue();
    assertThat(channel.receive()).isEqualTo(new Received.Value<>("b"));
  }

  @Test
  void an_interrupt_in_a_loop_that_waits_is_a_cancellation_and_stays_set() throws Exception {
    Started<Boolean> loop =
        Started.on(() -> {
          assertThatThrownBy(() -> channel.iterator().hasNext())
              .isInstanceOf(CancellationException.class)
              .hasMessage("interrupted while waiting for the next value")
              .hasCauseInstanceOf(InterruptedException.class);
          return Thread.currentThread().isInterrupted();
        });
    loop.waits();

    loop.thread().interrupt();

    assertThat(loop.result()).isTrue();
  }

  @Test
  void an_interrupt_in_next_is_one_too_and_the_value_that_comes_later_is_not_lost()
      throws Exception {
    Iterator<String> iterator = channel.iterator();
    Started<String> loop = Started.on(iterator::next);
    loop.waits();

    loop.thread().interrupt();

    assertThat(loop.failure()).isInstanceOf(CancellationException.class);
    channel.tryEmit("a");
    assertThat(iterator.next()).isEqualTo("a");
  }
}
