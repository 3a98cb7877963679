package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.Stragglers;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Each subscriber gets a run of its own, on a task of the scope, as fast as it asks for values. */
final class Published<T> implements Flow.Publisher<T> {
  private final Upstream<T> upstream;
  private final ExecutionScope scope;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  Published(Upstream<T> upstream, ExecutionScope scope) {
    this.upstream = upstream;
    this.scope = scope;
    scope.onDispose(() -> Stragglers.awaitAll(running, ExecutionScope.TASK_LIMIT.multipliedBy(2)));
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Run run = new Run(Objects.requireNonNull(subscriber, "subscriber"));
    subscriber.onSubscribe(run);
    run.start();
  }

  private final class Run implements Flow.Subscription, Downstream<T> {
    private final Flow.Subscriber<? super T> subscriber;
    private final Thread thread;
    private final AtomicLong demand = new AtomicLong();
    private volatile @Nullable Thread pushing; // the task's thread
    private volatile boolean cancelled;
    private volatile @Nullable RuntimeException misuse; // by the subscriber

    private Run(Flow.Subscriber<? super T> subscriber) {
      this.subscriber = subscriber;
      this.thread = Thread.ofVirtual().name(scope.name() + "/publisher").unstarted(this::run);
    }

    private void start() {
      thread.start();
      running.add(thread);
      if (!thread.isAlive()) {
        running.remove(thread); // it was gone before it was added
      }
    }

    private void run() {
      try {
        scope.concurrent(List.of(this::push));
        end(null);
      } catch (Throwable e) { // an Error, too, is for the subscriber
        end(e);
      } finally {
        running.remove(thread);
      }
    }

    private boolean push(ExecutionScope inner) throws Exception {
      pushing = Thread.currentThread();
      if (!cancelled) {
        upstream.run(inner, this);
      }
      return true;
    }

    private void end(@Nullable Throwable failure) {
      RuntimeException wrong = misuse;
      if (wrong != null) {
        subscriber.onError(wrong);
      } else if (!cancelled && failure != null) {
        subscriber.onError(failure);
      } else if (!cancelled) {
        subscriber.onComplete();
      }
    }

    @Override
    public boolean push(T value) throws InterruptedException {
      while (demand.get() == 0 && !cancelled) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while the subscriber asked for nothing");
        }
        LockSupport.park(this);
      }
      if (!cancelled) {
        demand.getAndUpdate(left -> left == Long.MAX_VALUE ? left : left - 1);
        subscriber.onNext(value);
      }
      return !cancelled;
    }

    @Override
    public void request(long count) {
      if (count <= 0 && !cancelled) {
        misuse = new IllegalArgumentException("at least 1 must be requested, not " + count);
        cancel();
      }
      demand.getAndUpdate(more -> more + count < 0 ? Long.MAX_VALUE : more + count);
      LockSupport.unpark(pushing);
    }

    /** Stops what is above, unless this comes from there: then {@link #push} does. */
    @Override
    public void cancel() {
      cancelled = true;
      if (Thread.currentThread() != pushing) {
        thread.interrupt();
      }
    }
  }
}
