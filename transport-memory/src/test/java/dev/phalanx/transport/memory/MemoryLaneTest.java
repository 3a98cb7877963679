package dev.phalanx.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a lane owes to those who give it tasks. */
class MemoryLaneTest {
  private final VirtualClock clock = new VirtualClock();
  private final MemoryLane lane = new MemoryLane(clock);

  @Test
  void aTaskThatFailsLeavesTheLaneAsItWasAndIsReportedWhenItCloses() {
    Thread[] before = new Thread[1];
    Thread[] after = new Thread[1];
    lane.run(() -> before[0] = Thread.currentThread());
    lane.execute(() -> {
      throw new IllegalArgumentException("escaped");
    });
    lane.run(() -> after[0] = Thread.currentThread());
    assertThat(after[0]).isSameAs(before[0]);
    lane.run(() -> assertThat(lane.isCurrent()).isTrue());
    assertThatThrownBy(lane::close)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("escaped");
    assertThatCode(lane::close).doesNotThrowAnyException();
  }

  @Test
  void aLaneThatWasClosedStillRunsWhatItWasGivenAndWhatItIsGiven() throws Exception {
    CompletableFuture<Boolean> given = new CompletableFuture<>();
    CompletableFuture<Boolean> late = new CompletableFuture<>();
    CompletableFuture<Boolean> timer = new CompletableFuture<>();
    lane.schedule(() -> timer.complete(true), Duration.ofSeconds(1));
    lane.execute(() -> given.complete(true));
    lane.close();
    lane.execute(() -> late.complete(true));
    clock.advance(Duration.ofSeconds(1));
    assertThat(given.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(late.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(timer).isCompleted();
  }
}
