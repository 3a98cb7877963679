package dev.phalanx.styx;

import static dev.phalanx.styx.Emission.ACCEPTED;
import static dev.phalanx.styx.Emission.FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a channel takes. */
class ChannelBoundsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void it_takes_as_many_values_as_its_capacity_and_one_more_for_each_received(int capacity)
      throws Exception {
    Channel<Integer> channel = Channel.bounded(capacity);
    for (int i = 0; i < capacity; i++) {
      assertThat(channel.tryEmit(i)).isEqualTo(ACCEPTED);
    }
    assertThat(channel.tryEmit(-1)).isEqualTo(FULL);
    assertThat(channel.size()).isEqualTo(capacity);

    for (int i = 0; i < 3 * capacity; i++) {
      assertThat(channel.receive()).isEqualTo(new Received.Value<>(i));
      assertThat(channel.tryEmit(i + capacity)).isEqualTo(ACCEPTED);
      assertThat(channel.tryEmit(-1)).isEqualTo(FULL);
    }
    assertThat(channel.size()).isEqualTo(capacity);
  }

  @Test
  void what_did_not_find_room_is_not_in_it() throws Exception {
    Channel<String> channel = Channel.bounded(1);
    channel.tryEmit("in time");
    channel.tryEmit("too late");

    assertThat(channel.receive()).isEqualTo(new Received.Value<>("in time"));
    assertThat(channel.size()).isZero();
  }

  @Test
  void it_takes_weight_up_to_the_bound_exactly() throws Exception {
    Channel<String> channel = weighing(100, 10);

    assertThat(channel.tryEmit("1234")).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("1234567")).as("11 of 10").isEqualTo(FULL);
    assertThat(channel.tryEmit("123456")).as("10 of 10").isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("1")).as("11 of 10").isEqualTo(FULL);
    assertThat(channel.tryEmit("")).as("what weighs nothing").isEqualTo(ACCEPTED);

    channel.receive(); // "1234" gives back its 4
    assertThat(channel.tryEmit("12345")).as("11 of 10").isEqualTo(FULL);
    assertThat(channel.tryEmit("1234")).as("10 of 10").isEqualTo(ACCEPTED);
  }

  @Test
  void while_it_is_empty_it_takes_one_value_of_any_weight() throws Exception {
    Channel<String> channel = weighing(100, 10);

    assertThat(channel.tryEmit("x".repeat(1_000))).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("")).as("beside a value that is over the bound").isEqualTo(FULL);

    channel.receive();
    assertThat(channel.tryEmit("x".repeat(10))).as("the weight is given back").isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("x".repeat(11))).as("not empty").isEqualTo(FULL);
  }

  @Test
  void the_heaviest_values_there_are_do_not_overflow_into_the_count() throws Exception {
    Channel<Long> channel = Channel.<Long>of(4).weighing(1, weight -> weight).open();

    assertThat(channel.tryEmit(Long.MAX_VALUE)).isEqualTo(ACCEPTED);
    assertThat(channel.size()).isEqualTo(1);
    assertThat(channel.isClosed()).isFalse();
    assertThat(channel.tryEmit(Long.MAX_VALUE)).isEqualTo(FULL);

    assertThat(channel.receive()).isEqualTo(new Received.Value<>(Long.MAX_VALUE));
    assertThat(channel.size()).isZero();
    assertThat(channel.tryEmit(1L)).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit(1L)).as("its weight was given back, no more").isEqualTo(FULL);
  }

  @Test
  void the_bound_on_the_count_holds_beside_the_one_on_the_weight() {
    Channel<String> channel = weighing(2, 10);

    assertThat(channel.tryEmit("1")).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("1")).isEqualTo(ACCEPTED);
    assertThat(channel.tryEmit("1")).isEqualTo(FULL);
  }

  @Test
  void the_largest_capacity_is_allowed_and_nothing_is_reserved_for_it() {
    Channel<String> channel = Channel.bounded(4_194_303);

    assertThat(channel.tryEmit("a")).isEqualTo(ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4_194_304, Integer.MAX_VALUE})
  void a_capacity_out_of_range_is_refused_with_the_range(int capacity) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Channel.bounded(capacity))
        .withMessage("capacity must be from 1 to 4194303, not " + capacity);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 549_755_813_888L, Long.MAX_VALUE})
  void a_bound_out_of_range_is_refused_with_the_range(long bound) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Channel.<String>of(1).weighing(bound, String::length))
        .withMessage("bound must be from 1 to 549755813887, not " + bound);
  }

  @Test
  void null_is_no_value() {
    Channel<String> channel = Channel.bounded(1);

    assertThatNullPointerException().isThrownBy(() -> channel.tryEmit(null)).withMessage("value");
    assertThatNullPointerException().isThrownBy(() -> channel.emit(null)).withMessage("value");
    assertThatNullPointerException().isThrownBy(() -> channel.error(null)).withMessage("cause");
    assertThat(channel.size()).isZero();
    assertThat(channel.isClosed()).isFalse();
  }

  private static Channel<String> weighing(int capacity, long bound) {
    return Channel.<String>of(capacity).weighing(bound, String::length).open();
  }
}
