package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A consumer who waits in a scope, and one who waits up to a deadline. */
class ChannelWaitingTest {
  private final HeldClock clock = new HeldClock();
  private final OwnedScope scope = Application.starting().time(clock).compile().openScope("waiter");
  private final Channel<String> channel = Channel.bounded(4);

  @AfterEach
  void close() {
    scope.close();
  }

  private Started<Received<String>> receivesWithin(Duration limit) {
    long deadline = clock.nanoTime() + limit.toNanos();
    return Started.on(() -> channel.receive(scope, deadline));
  }

  @Test
  void what_is_there_is_received_even_when_the_time_is_over_and_the_scope_cancelled()
      throws Exception {
    channel.tryEmit("a");
    channel.tryEmit("b");
    scope.cancellation().cancel("nobody wants it");

    assertThat(channel.receive(scope, clock.nanoTime() - 1)).isEqualTo(new Received.Value<>("a"));
    assertThat(channel.receive(scope)).isEqualTo(new Received.Value<>("b"));
  }

  @Test
  void a_second_thread_is_told_who_receives_and_the_first_one_misses_nothing() throws Exception {
    CompletableFuture<Received<String>> first = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .name("the reader")
            .start(() -> {
              try {
                first.complete(channel.receive());
              } catch (InterruptedException e) {
                first.completeExceptionally(e);
              }
            });
    while (reader.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    String said = "the thread \"the reader\" is receiving already";
    assertThatIllegalStateException().isThrownBy(channel::receive).withMessageContaining(said);
    assertThatIllegalStateException()
        .isThrownBy(() -> channel.receive(scope))
        .withMessageContaining(said);
    assertThatIllegalStateException()
        .isThrownBy(() -> channel.iterator().hasNext())
        .withMessageContaining(said);

    channel.tryEmit("a");
    assertThat(first.get()).isEqualTo(new Received.Value<>("a"));
    channel.tryEmit("b");
    assertThat(channel.receive()).isEqualTo(new Received.Value<>("b")); // now it is this thread's
  }

  @Test
  void up_to_the_deadline_it_waits_then_there_is_nothing() throws Exception {
    Started<Received<String>> consumer = receivesWithin(Duration.ofSeconds(1));
    clock.hasSleepers(1);

    clock.advance(Duration.ofSeconds(1).minusNanos(1));
    clock.hasSeenParkings(2);
    assertThat(consumer.isOver()).isFalse();

    clock.advance(Duration.ofNanos(1));
    assertThat(consumer.result()).isNull();
  }

  @Test
  void a_deadline_in_the_past_does_not_wait() throws Exception {
    assertThat(receivesWithin(Duration.ZERO).result()).isNull();
  }

  @Test
  void a_value_before_the_deadline_ends_the_wait() throws Exception {
    Started<Received<String>> consumer = receivesWithin(Duration.ofSeconds(1));
    clock.hasSleepers(1);

    channel.tryEmit("a");

    assertThat(consumer.result()).isEqualTo(new Received.Value<>("a"));
  }

  @Test
  void the_end_of_the_channel_ends_the_wait() throws Exception {
    Started<Received<String>> consumer = receivesWithin(Duration.ofSeconds(1));
    clock.hasSleepers(1);

    channel.complete();

    assertThat(consumer.result()).isEqualTo(new Received.Completed<>());
  }

  @Test
  void what_comes_after_the_deadline_is_for_the_next_who_asks() throws Exception {
    Started<Received<String>> consumer = receivesWithin(Duration.ofSeconds(1));
    clock.hasSleepers(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(consumer.result()).isNull();

    channel.tryEmit("a");

    assertThat(channel.receive()).isEqualTo(new Received.Value<>("a"));
  }

  @Test
  void cancelling_the_scope_ends_a_wait_with_a_deadline_and_one_without() throws Exception {
    Channel<String> other = Channel.bounded(1);
    Started<Received<String>> withDeadline = receivesWithin(Duration.ofSeconds(1));
    Started<Received<String>> without = Started.on(() -> other.receive(scope));
    clock.hasSleepers(1);
    without.waits();

    scope.cancellation().cancel("nobody wants it");

    for (Started<Received<String>> consumer : List.of(withDeadline, without)) {
      assertThat(consumer.failure())
          .isInstanceOf(CancellationException.class)
          .hasMessage("nobody wants it");
    }
    channel.tryEmit("a");
    assertThat(channel.receive())
        .as("the channel is as it was")
        .isEqualTo(new Received.Value<>("a"));
  }

  @Test
  void an_interrupt_ends_both_and_the_scope_lives_on() throws Exception {
    Started<Received<String>> consumer = receivesWithin(Duration.ofSeconds(1));
    clock.hasSleepers(1);

    consumer.thread().interrupt();

    assertThat(consumer.failure())
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while waiting for the next value");
    assertThat(scope.isCancelled()).isFalse();
  }
}
