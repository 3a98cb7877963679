package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.TraceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that run side by side on virtual threads, until all have ended or a {@link Joiner} has
 * enough. The threads never outlive {@link #run}, unless they ignore an interrupt for too long:
 * then they are reported. Its lock serialises the calls of the joiner, and nothing else.
 */
final class TaskGroup<T extends @Nullable Object, R extends @Nullable Object> {
  /** Looks at a thread that has done its work: as long as it takes to end, and not to sleep. */
  private static final int LOOKS = 64;

  /** Looks of a platform thread at the work, before it sleeps: about as long as waking it takes. */
  private static final int LOOKS_AT_WORK = 1_024;

  private final LiveScope around;
  private final Lifetime life;
  private final List<? extends Executable<? extends T>> tasks;
  private final Joiner<T, R> joiner; // called under the lock
  private final List<Thread> threads;
  private final List<Interrupts> interrupts;
  private final AtomicInteger next;
  private final AtomicInteger working; // threads that have not done their work
  private final Thread caller = Thread.currentThread();
  private @Nullable Throwable broken; // guarded by this: what the joiner threw
  private boolean enough; // guarded by this: the joiner has said so
  private boolean over; // guarded by this: who comes now outlasted every limit

  /** A group that runs its tasks on so many threads at most. */
  TaskGroup(
      LiveScope around,
      List<? extends Executable<? extends T>> tasks,
      int limit,
      Joiner<T, R> joiner) {
    int width = Math.min(limit, tasks.size());
    this.around = around;
    this.life = around.life().inner("concurrent");
    this.tasks = List.copyOf(tasks);
    this.joiner = joiner;
    this.threads = new ArrayList<>(width);
    this.interrupts = new ArrayList<>(width);
    this.next = new AtomicInteger(width);
    this.working = new AtomicInteger(width);
    var named = Thread.ofVirtual().name(life.name() + "-", 0);
    for (int i = 0; i < width; i++) {
      int first = i;
      Thread thread = named.unstarted(() -> work(first));
      threads.add(thread);
      interrupts.add(new Interrupts(thread));
    }
  }

  R run() throws Exception {
    Span span = Span.begin(life, TraceEvent.Kind.GROUP, "concurrent", life.depth);
    try {
      InterruptedException interrupted = runToTheEnd();
      if (interrupted != null && around.isCancelled()) {
        Thread.currentThread().interrupt(); // the caller learns of the other thing: keep it
      }
      around.throwIfCancelled();
      if (interrupted != null) {
        throw interrupted;
      }
      return result();
    } catch (Throwable e) { // looked at, and passed on
      span.failed(e);
      throw e;
    } finally {
      life.endAndLog();
      span.end();
    }
  }

  /** What ended the tasks if it was an interrupt of the calling thread; null if not. */
  private @Nullable InterruptedException runToTheEnd() {
    threads.forEach(Thread::start);
    var ownLink = life.token.onCancel(this::stop);
    var link = life.endsWith(around.life());
    try {
      awaitWork();
      return null;
    } catch (InterruptedException e) {
      if (life.token.cancel("the caller of " + life.name() + " was interrupted")) {
        return e;
      }
      Thread.currentThread().interrupt(); // the group had been stopped already: keep it
      return null;
    } finally {
      link.close();
      ownLink.close();
      awaitThreads();
    }
  }

  /**
   * Until all have done their work, or were told to end: from then on they have a limit. Asleep
   * once, and without a timer, which would cost more than many a task. A platform thread looks for
   * a while first: the system takes longer to wake it than a short task does. A virtual one would
   * keep its carrier from the tasks.
   */
  private void awaitWork() throws InterruptedException {
    int looks = caller.isVirtual() ? 0 : LOOKS_AT_WORK;
    while (isAwaited() && looks-- > 0) {
      Thread.onSpinWait();
    }
    while (isAwaited()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.park(this);
    }
  }

  private boolean isAwaited() {
    return working.get() > 0 && !life.token.isCancelled();
  }

  /** Those that have done their work end by themselves, and in less time than a sleep takes. */
  private void awaitThreads() {
    for (int looks = 0; looks < LOOKS && working.get() == 0; looks++) {
      if (threads.stream().noneMatch(Thread::isAlive)) {
        return;
      }
      Thread.onSpinWait();
    }
    Stragglers.awaitAll(threads, ExecutionScope.TASK_LIMIT);
  }

  private void stop() {
    interrupts.forEach(Interrupts::give);
    LockSupport.unpark(caller);
  }

  /** One thread's work: its first task, then whichever is next. */
  private void work(int first) {
    try {
      for (int index = first; index < tasks.size(); index = next.getAndIncrement()) {
        settle(index, interrupts.get(first));
        Thread.interrupted(); // left over by the task; if it was ours, the token knows
        if (life.token.isCancelled()) {
          break;
        }
      }
    } finally {
      if (working.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  private void settle(int index, Interrupts own) {
    Executable<? extends T> task = tasks.get(index);
    Settlement<T> settlement;
    try (LiveScope scope = new LiveScope(life.part(nameOf(task, index)), around.context(), own)) {
      settlement = new Settlement.Success<>(Dispatch.run(scope, task));
    } catch (Throwable e) { // of a user's task: an Error too must reach the one who waits
      settlement = new Settlement.Failure<>(e);
    }
    if (isEnough(index, settlement)) {
      String what = settlement.isSuccess() ? "another task of %s won" : "another task of %s failed";
      life.token.cancel(what.formatted(life.name()));
    }
  }

  /** A task without a name is told from the others by its place. */
  private static String nameOf(Executable<?> task, int index) {
    return task instanceof Traceable traceable ? traceable.traceName() : Integer.toString(index);
  }

  private synchronized boolean isEnough(int index, Settlement<T> settlement) {
    if (over) {
      return true;
    }
    try {
      enough |= joiner.settled(index, settlement);
    } catch (Throwable e) { // a broken joiner: whoever brought it learns of it
      broken = broken == null ? e : broken;
      enough = true;
    }
    return enough;
  }

  /** A group that one of its own tasks has cancelled has holes, and so no result. */
  private synchronized R result() throws Exception {
    over = true;
    if (broken != null) {
      return new Settlement.Failure<R>(broken).get();
    }
    if (!enough) {
      life.token.throwIfCancelled();
    }
    return joiner.result();
  }
}
