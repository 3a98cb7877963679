package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that run side by side, each on a virtual thread of its own, until all have ended or one has
 * failed. The threads never outlive {@link #run}, unless they ignore an interrupt for too long:
 * then they are reported.
 */
final class TaskGroup<T> {
  private final Lifetime parent;
  private final Lifetime life;
  private final Attributes attributes;
  private @Nullable Throwable failure; // guarded by this: the first one

  TaskGroup(Lifetime parent, Attributes attributes) {
    this.parent = parent;
    this.life = parent.inner("concurrent");
    this.attributes = attributes;
  }

  List<T> run(List<? extends Executable<? extends T>> tasks) throws Exception {
    Object[] results = new Object[tasks.size()];
    CountDownLatch running = new CountDownLatch(results.length);
    List<Thread> threads = new ArrayList<>(results.length);
    List<Interrupts> interrupts = new ArrayList<>(results.length);
    for (int i = 0; i < results.length; i++) {
      int slot = i;
      Runnable body = () -> runOne(tasks.get(slot), results, slot, interrupts.get(slot), running);
      Thread thread = Thread.ofVirtual().name(life.name + "-" + i).unstarted(body);
      threads.add(thread);
      interrupts.add(new Interrupts(thread));
    }
    threads.forEach(Thread::start);
    var ownLink = life.token.onCancel(() -> stop(interrupts, running));
    var link = parent.token.onCancel(() -> life.token.cancel(parent.name + " was cancelled"));
    InterruptedException interrupted = null;
    try {
      running.await();
    } catch (InterruptedException e) {
      interrupted = e;
      fail(e);
    } finally {
      link.close();
      life.token.cancel(life.name + " has ended");
      ownLink.close();
      Stragglers.awaitAll(threads, ExecutionScope.TASK_LIMIT);
      life.end();
    }
    return outcome(results, interrupted);
  }

  /** Tells the tasks to end, and the one who waits for them that it need not wait for ever. */
  private static void stop(List<Interrupts> interrupts, CountDownLatch running) {
    interrupts.forEach(Interrupts::give);
    while (running.getCount() > 0) {
      running.countDown();
    }
  }

  private void runOne(
      Executable<? extends T> task,
      @Nullable Object[] results,
      int slot,
      Interrupts interrupts,
      CountDownLatch running) {
    try {
      T result = task.execute(new LiveScope(life, attributes, interrupts));
      results[slot] =
          Objects.requireNonNull(result, () -> "task " + slot + " of " + life.name + " gave null");
    } catch (Throwable e) { // of a user's task: an Error too must reach the one who waits
      fail(e);
    } finally {
      running.countDown();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a throwable can't be suppressed in itself
  private void fail(Throwable e) {
    synchronized (this) {
      if (failure == null) {
        failure = e;
      } else if (failure != e) {
        failure.addSuppressed(e);
      }
    }
    life.token.cancel("another task of " + life.name + " failed");
  }

  // runOne stores what an Executable<? extends T> gave; the interrupt is the same object or none
  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  private synchronized List<T> outcome(Object[] results, @Nullable InterruptedException interrupted)
      throws Exception {
    boolean cancelled = parent.token.isCancelled();
    if (interrupted != null && (cancelled || failure != interrupted)) {
      Thread.currentThread().interrupt(); // the caller learns of something else: keep it
    }
    parent.token.throwIfCancelled();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
    return (List<T>) List.of(results);
  }
}
