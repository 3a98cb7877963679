package dev.phalanx.aegis;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a task that runs on the calling thread when its time is over. Its lock decides between the
 * timer and the task that leaves, so that no interrupt comes after the task has left.
 */
final class Deadline {
  private final Lifetime life;
  private final Duration limit;
  private final Interrupts interrupts;
  private boolean left; // guarded by this
  private boolean fired; // guarded by this

  Deadline(Lifetime life, Duration limit, Interrupts interrupts) {
    this.life = life;
    this.limit = limit;
    this.interrupts = interrupts;
  }

  <T extends @Nullable Object> T run(Attributes attributes, Executable<T> task) throws Exception {
    LiveScope scope = new LiveScope(life, attributes, interrupts);
    var timer = life.time.schedule(this::fire, limit);
    T result;
    try {
      result = task.execute(scope);
    } catch (Exception e) {
      if (leave()) {
        throw (TimeoutException) exceeded().initCause(e);
      }
      throw e;
    } finally {
      leave();
      timer.close();
      life.end();
    }
    if (fired) {
      throw exceeded();
    }
    return result;
  }

  private void fire() {
    synchronized (this) {
      if (left) {
        return;
      }
      fired = true;
      interrupts.give();
    }
    life.token.cancel(life.name + " took longer than " + limit);
  }

  /** The watched thread leaves, and takes back the interrupt that was meant for the task. */
  private synchronized boolean leave() {
    if (!left) {
      left = true;
      if (fired) {
        interrupts.takeBack();
      }
    }
    return fired;
  }

  private TimeoutException exceeded() {
    return new TimeoutException(life.name + " took longer than " + limit);
  }
}
