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

  <T extends @Nullable Object> T run(Context context, Dispatch.Work<T> work) throws Exception {
    LiveScope scope = new LiveScope(life, context, interrupts);
    var timer = life.environment.time().schedule(this::fire, limit);
    T result;
    try {
      result = work.run(scope);
    } catch (Exception e) {
      if (leave()) {
        throw (TimeoutException) exceeded().initCause(e);
      }
      throw e;
    } finally {
      leave();
      timer.close();
      scope.close();
    }
    if (fired) {
      throw exceeded();
    }
    return result;
  }

  /** On the timer's thread, which is everybody's: the actions of the cancelled run on another. */
  private void fire() {
    synchronized (this) {
      if (left) {
        return;
      }
      fired = true;
      // First: whoever is interrupted, and asks whether the work is still wanted, must hear no.
      life.token.cancel(life.name() + " took longer than " + limit, Thread::startVirtualThread);
      interrupts.give();
    }
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
    return new TimeoutException(life.name() + " took longer than " + limit);
  }
}
