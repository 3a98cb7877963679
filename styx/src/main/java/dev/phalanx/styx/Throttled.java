package dev.phalanx.styx;

import dev.phalanx.aegis.TimeSource;
import java.time.Duration;

/** Lets a value through, then none for a while. */
final class Throttled<T> implements Downstream<T> {
  private final TimeSource time;
  private final long pause;
  private final Downstream<? super T> down;
  private long open; // when the next may pass

  Throttled(TimeSource time, Duration pause, Downstream<? super T> down) {
    this.time = time;
    this.pause = pause.toNanos();
    this.down = down;
    this.open = time.nanoTime();
  }

  @Override
  public boolean push(T value) throws Exception {
    long now = time.nanoTime();
    if (now - open < 0) {
      return true;
    }
    open = now + pause;
    return down.push(value);
  }
}
