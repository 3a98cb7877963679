package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that run side by side, each on a virtual thread of its own, until all have ended or one has
 * failed. The threads never outlive {@link #run}, unless they ignore an interrupt for too long: then
 * they are reported.
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
    for (int i = 0; i < results.length; i++) {
      int slot = i;
      Runnable body = () -> runOne(tasks.get(slot), results, slot, running);
      threads.add(Thread.ofVirtual().name(life.name + "-" + i).unstarted(body));
    }
    Runnable stop = () -> threads.forEach(Thread::interrupt);
    threads.forEach(Thread::start);
    var ownLink = life.token.onCancel(stop);
    var link = parent.token.onCancel(() -> life.token.cancel(parent.name + " was cancelled"));
    try {
      running.await();
    } catch (InterruptedException e) {
      fail(e);
    } finally {
      link.close();
      life.token.cancel(life.name + " has ended");
      ownLink.close();
      Stragglers.awaitAll(threads, ExecutionScope.TASK_LIMIT);
      life.end();
    }
    return outcome(results);
  }

  private void runOne(
      Executable<? extends T> task, @Nullable Object[] results, int slot, CountDownLatch running) {
    try {
      results[slot] = Objects.requireNonNull(task.execute(new LiveScope(life, attributes)));
    } catch (Throwable e) { // of a user's task: an Error too must reach the one who waits
      fail(e);
    } finally {
      running.countDown();
    }
  }

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

  @SuppressWarnings("unchecked") // runOne stores what an Executable<? extends T> gave
  private synchronized List<T> outcome(Object[] results) throws Exception {
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
