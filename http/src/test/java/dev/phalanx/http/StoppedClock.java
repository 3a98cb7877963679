package dev.phalanx.http;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when the test says so, for what only reads the clock. */
final class StoppedClock implements TimeSource {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000); // it will overflow: it may

  void advance(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public void parkUntil(long deadline) {
    throw new UnsupportedOperationException("nobody parks here");
  }

  @Override
  public CancellationToken.Registration schedule(Runnable task, Duration delay) {
    throw new UnsupportedOperationException("nobody schedules here");
  }
}
