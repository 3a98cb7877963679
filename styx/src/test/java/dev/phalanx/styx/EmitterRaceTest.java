package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Merged producers that end, fail, are cancelled and are left at random: nothing may stay behind.
 */
class EmitterRaceTest {
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void however_a_merged_stream_ends_all_its_producers_have_when_the_terminal_returns() {
    Seed.run(
        "EmitterRaceTest.ends",
        random -> {
          Application application = Application.starting().compile();
          for (int round = 0; round < 300; round++) {
            try (OwnedScope scope = application.openScope("round-" + round)) {
              round(scope, random);
            }
          }
        });
  }

  private void round(OwnedScope scope, Random random) throws Exception {
    int producers = 1 + random.nextInt(4);
    int values = random.nextInt(60);
    boolean fails = random.nextInt(4) == 0;
    List<Emitter<Integer>> emitters = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      emitters.add(producer(values, fails && i == 0, new Spin(random.nextLong())));
    }
    Emitter<Integer> merged = emitters.getFirst().merge(emitters.subList(1, producers));
    long wanted = random.nextInt(4) == 0 ? 1 + random.nextInt(60) : Long.MAX_VALUE;
    boolean cancels = random.nextInt(4) == 0;
    Spin spin = new Spin(random.nextLong());
    Started<Boolean> canceller =
        Started.running(
            Threads.VIRTUAL,
            () -> {
              for (int i = 0; i < 20; i++) {
                spin.aWhile();
              }
              if (cancels) {
                scope.cancellation().cancel("enough");
              }
            });

    try {
      List<Integer> seen = merged.take(wanted).toList(scope);
      long all = (long) producers * values;
      assertThat(seen).hasSize((int) Math.min(all, wanted));
      assertThat(fails && wanted > all).as("it should have failed").isFalse();
    } catch (Broken e) {
      assertThat(fails).isTrue();
    } catch (CancellationException e) {
      assertThat(cancels).isTrue();
    }
    assertThat(ended).hasValue(begun.get());
    canceller.result();
  }

  private Emitter<Integer> producer(int values, boolean fails, Spin spin) {
    return Emitter.produce((inner, sink) -> {
      begun.incrementAndGet();
      try {
        for (int i = 0; i < values; i++) {
          spin.aWhile();
          if (!sink.emit(i)) {
            return;
          }
        }
        if (fails) {
          throw new Broken();
        }
      } finally {
        ended.incrementAndGet();
      }
    });
  }
}
