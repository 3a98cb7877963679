package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end comes while producers are at work. */
class ChannelCloseRaceTest {
  private static final int PRODUCERS = 3;

  /** What a producer says: who, and the how manieth. */
  private record Said(int producer, int number) {}

  @ParameterizedTest
  @EnumSource
  void every_accepted_value_is_received_and_none_is_accepted_once_it_is_closed(Threads kind) {
    Seed.run(
        "ChannelCloseRaceTest.accepted(" + kind + ")",
        random -> {
          for (int round = 0; round < 300; round++) {
            new Round(kind, random).play();
          }
        });
  }

  /** Producers, one who receives to the end, and one who closes when so many are received. */
  private static final class Round {
    private final Threads kind;
    private final Random random;
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CyclicBarrier start = new CyclicBarrier(PRODUCERS + 2);
    private final Channel<Said> channel;
    private final CountDownLatch toBeReceived;

    private Round(Threads kind, Random random) {
      this.kind = kind;
      this.random = random;
      this.toBeReceived = new CountDownLatch(random.nextInt(100));
      this.channel =
          Channel.<Said>of(1 + random.nextInt(8))
              .weighing(1 + random.nextInt(8), said -> said.number() % 3)
              .onEnd(ends::incrementAndGet)
              .open();
    }

    private void play() throws Exception {
      List<Started<List<Said>>> producers = new ArrayList<>();
      for (int i = 0; i < PRODUCERS; i++) {
        int self = i;
        Spin spin = new Spin(random.nextLong());
        boolean waits = random.nextBoolean();
        producers.add(Started.on(kind, () -> produce(self, waits, spin)));
      }
      Started<List<Said>> consumer = Started.on(kind, this::consume);
      boolean fails = random.nextBoolean();
      Started<Boolean> closer = Started.on(kind, () -> close(fails));

      List<Said> received = consumer.result();
      assertThat(closer.result()).isTrue();
      assertThat(channel.receive() instanceof Received.Failed<Said>).isEqualTo(fails);
      assertThat(ends).as("announcements of the end").hasValue(1);
      assertThat(channel.size()).isZero();
      int accepted = 0;
      for (int i = 0; i < PRODUCERS; i++) {
        int self = i;
        List<Said> ofThisOne = producers.get(i).result();
        accepted += ofThisOne.size();
        assertThat(received.stream().filter(said -> said.producer() == self).toList())
            .isEqualTo(ofThisOne);
      }
      assertThat(received).hasSize(accepted);
    }

    /** Gives what was accepted. */
    private List<Said> produce(int self, boolean waits, Spin spin) throws Exception {
      List<Said> accepted = new ArrayList<>();
      start.await();
      for (int number = 0; ; number++) {
        Said said = new Said(self, number);
        boolean wasClosed = closed.get();
        boolean taken = waits ? channel.emit(said) : channel.tryEmit(said) == Emission.ACCEPTED;
        if (wasClosed) {
          assertThat(taken).as("taken after complete() has returned").isFalse();
        }
        if (taken) {
          accepted.add(said);
        } else if (channel.isClosed()) {
          return accepted;
        } else if (channel.emit(new Said(self, ++number))) { // not to spin while it is full
          accepted.add(new Said(self, number));
        }
        spin.aWhile();
      }
    }

    private List<Said> consume() throws Exception {
      List<Said> received = new ArrayList<>();
      start.await();
      while (channel.receive() instanceof Received.Value<Said>(Said said)) {
        received.add(said);
        toBeReceived.countDown();
      }
      return received;
    }

    private boolean close(boolean fails) throws Exception {
      start.await();
      toBeReceived.await();
      boolean first = fails ? channel.error(new Exception("broken")) : channel.complete();
      closed.set(true);
      return first;
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_those_who_close_at_once_one_is_the_first_and_the_channel_ends_as_he_said(Threads kind)
      throws Exception {
    for (int round = 0; round < 300; round++) {
      Channel<String> channel = Channel.bounded(1);
      Exception broken = new Exception("broken");
      CyclicBarrier start = new CyclicBarrier(2);
      Started<Boolean> completing =
          Started.on(
              kind,
              () -> {
                start.await();
                return channel.complete();
              });
      Started<Boolean> failing =
          Started.on(
              kind,
              () -> {
                start.await();
                return channel.error(broken);
              });

      Received<String> end = channel.receive();

      assertThat(completing.result()).isNotEqualTo(failing.result());
      assertThat(end)
          .isEqualTo(
              completing.result() ? new Received.Completed<>() : new Received.Failed<>(broken));
      assertThat(channel.receive()).as("it stays so").isEqualTo(end);
    }
  }
}
