package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task on a virtual thread of its own, that ends when it has ended or nobody waits for it any
 * more. Its lock guards who waits; it is not held while the task runs or anybody waits.
 */
final class Flight<T extends @Nullable Object> {
  private final Lifetime life;
  private final Context context;
  private final Executable<T> task;
  private final Consumer<Flight<T>> onOver;
  private final Thread thread;
  private final Interrupts interrupts;
  private final List<CountDownLatch> waiting = new ArrayList<>(2); // guarded by this
  private int passengers; // guarded by this
  private boolean over; // guarded by this: it can't be joined any more
  private @Nullable Settlement<T> settlement; // guarded by this

  Flight(LiveScope first, String name, Executable<T> task, Consumer<Flight<T>> onOver) {
    this.life = new Lifetime(name, first.life().environment);
    this.context = first.context();
    this.task = task;
    this.onOver = onOver;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::fly);
    this.interrupts = new Interrupts(thread);
  }

  /** Joins it, and starts it if this is the first; false if it is over. */
  synchronized boolean board() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(life.name() + " would wait for itself");
    }
    if (over) {
      return false;
    }
    passengers++;
    if (passengers == 1) {
      thread.start();
    }
    return true;
  }

  /** Waits for the result. Whoever leaves last, before it is there, ends the task. */
  T await(LiveScope scope) throws Exception {
    CountDownLatch wakeUp = new CountDownLatch(1);
    boolean wait = add(wakeUp);
    var link = scope.cancellation().onCancel(wakeUp::countDown);
    try {
      if (wait) {
        wakeUp.await();
      }
      Settlement<T> landed = settlement();
      if (landed == null) {
        scope.throwIfCancelled();
      }
      return Objects.requireNonNull(landed).get();
    } finally {
      link.close();
      if (leave(wakeUp)) {
        abandon();
      }
    }
  }

  private synchronized boolean add(CountDownLatch wakeUp) {
    if (settlement == null) {
      waiting.add(wakeUp);
    }
    return settlement == null;
  }

  private synchronized @Nullable Settlement<T> settlement() {
    return settlement;
  }

  /** Whether nobody is left to wait for what hasn't come. */
  private synchronized boolean leave(CountDownLatch wakeUp) {
    waiting.remove(wakeUp);
    passengers--;
    boolean abandoned = passengers == 0 && settlement == null;
    over |= abandoned;
    return abandoned;
  }

  private void abandon() {
    onOver.accept(this);
    life.token.cancel("nobody waits for " + life.name() + " any more");
    interrupts.give();
    Stragglers.await(thread, ExecutionScope.TASK_LIMIT);
  }

  private void fly() {
    Settlement<T> end;
    try (LiveScope scope = new LiveScope(life, context, interrupts)) {
      end = new Settlement.Success<>(scope.execute(task));
    } catch (Throwable e) { // of a user's task: an Error too must reach those who wait
      end = new Settlement.Failure<>(e);
    }
    onOver.accept(this);
    land(end);
  }

  private synchronized void land(Settlement<T> end) {
    over = true;
    settlement = end;
    waiting.forEach(CountDownLatch::countDown);
    waiting.clear();
  }
}
