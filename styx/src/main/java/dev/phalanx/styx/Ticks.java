package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.time.Duration;

/**
 * Numbers the periods since the run began; those that passed while the consumer was busy are
 * skipped.
 */
record Ticks(Duration period) implements Upstream<Long> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super Long> down) throws Exception {
    long start = scope.time().nanoTime();
    long next = 1;
    boolean wanted = true;
    while (wanted) {
      long due = start + next * period.toNanos();
      scope.delay(Duration.ofNanos(due - scope.time().nanoTime()));
      wanted = down.push(next - 1);
      long passed = (scope.time().nanoTime() - start) / period.toNanos();
      next = Math.max(next, passed) + 1;
    }
  }
}
