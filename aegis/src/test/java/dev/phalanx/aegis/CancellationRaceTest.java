package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Several cancel while others register. */
class CancellationRaceTest {
  private static final int ROUNDS = 2_000;

  @Test
  void of_many_who_cancel_at_once_one_does_and_each_action_runs_once() throws Exception {
    AtomicReference<CancellationToken> current = new AtomicReference<>();
    AtomicInteger winners = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier meet =
        new CyclicBarrier(
            4, // a round begins when all have met, so what the round before has left can be checked
            () -> {
              if (current.get() != null) {
                assertThat(winners.getAndSet(0)).as("cancellers").isEqualTo(1);
                assertThat(runs.getAndSet(0)).as("runs of 4 actions").isEqualTo(4);
              }
              CancellationToken next = CancellationToken.create();
              next.onCancel(runs::incrementAndGet);
              next.onCancel(runs::incrementAndGet);
              current.set(next);
            });
    Started.Work canceller =
        () -> {
          for (int round = 0; round <= ROUNDS; round++) {
            meet.await();
            if (current.get().cancel("enough")) {
              winners.incrementAndGet();
            }
          }
        };
    Started.Work registrar =
        () -> {
          for (int round = 0; round <= ROUNDS; round++) {
            meet.await();
            current.get().onCancel(runs::incrementAndGet);
          }
        };

    List<Started<Boolean>> all = new ArrayList<>();
    all.add(Started.running(canceller));
    all.add(Started.running(registrar));
    all.add(Started.running(canceller));
    all.add(Started.running(registrar));

    for (Started<Boolean> each : all) {
      assertThat(each.result()).isTrue();
    }
  }

  @Test
  void an_action_taken_back_before_it_was_cancelled_never_runs_and_one_kept_always_does()
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      CancellationToken token = CancellationToken.create();
      AtomicInteger kept = new AtomicInteger();
      AtomicInteger takenBack = new AtomicInteger();
      Started<Boolean> takingBackInTime =
          Started.on(() -> {
            token.onCancel(kept::incrementAndGet);
            token.onCancel(takenBack::incrementAndGet).close();
            return !token.isCancelled();
          });
      token.cancel("enough");
      boolean inTime = takingBackInTime.result();

      assertThat(kept).hasValue(1);
      assertThat(takenBack.get()).isBetween(0, inTime ? 0 : 1);
    }
  }
}
