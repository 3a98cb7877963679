package dev.phalanx.aegis;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, once and for all, that work is no longer wanted, and why.
 *
 * <p>Every method may be called from any thread. Actions registered with {@link #onCancel} run on
 * the thread that cancels (or where it says), one after the other, never while a lock is held; they
 * must not block. What one throws is logged and stops no other.
 */
public final class CancellationToken implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CancellationToken.class);

  private final boolean cancellable;
  private volatile @Nullable CancellationException cause;
  private @Nullable Action first; // guarded by this; of the actions, the one registered first
  private @Nullable Action last; // guarded by this
  private @Nullable Registration source; // guarded by this: what would cancel it from outside

  private CancellationToken(boolean cancellable) {
    this.cancellable = cancellable;
  }

  /** A token that is cancelled by {@link #cancel} alone. */
  public static CancellationToken create() {
    return new CancellationToken(true);
  }

  /** A token that can't be cancelled: {@link #cancel} on it does nothing. */
  public static CancellationToken none() {
    return new CancellationToken(false);
  }

  /**
   * A token that is cancelled when its time is over; close it when the work is over before.
   *
   * @param limit from now on
   */
  public static CancellationToken timeout(Duration limit, TimeSource time) {
    CancellationToken token = create();
    Runnable fire = () -> token.cancel("it took longer than " + limit, Thread::startVirtualThread);
    token.hangOn(time.schedule(fire, limit));
    return token;
  }

  /**
   * A token that is cancelled when this one is, for the same reason, or by itself; close it when
   * the work is over, or this one keeps it.
   */
  public CancellationToken child() {
    CancellationToken child = create();
    child.hangOn(onCancel(() -> child.cancelLike(this)));
    return child;
  }

  private void cancelLike(CancellationToken other) {
    CancellationException why = other.cause;
    cancel(why == null ? "it was cancelled" : String.valueOf(why.getMessage()));
  }

  /** What would cancel this token; let go at once if that has happened. */
  private void hangOn(Registration outside) {
    synchronized (this) {
      if (cause == null) {
        source = outside;
        return;
      }
    }
    outside.close();
  }

  /**
   * Lets go of the parent or the timer that would cancel this token; from now on only {@link
   * #cancel} does. Idempotent.
   */
  @Override
  public void close() {
    Registration outside;
    synchronized (this) {
      outside = source;
      source = null;
    }
    if (outside != null) {
      outside.close();
    }
  }

  /** Whether the work is no longer wanted. */
  public boolean isCancelled() {
    return cause != null;
  }

  /** Why it was cancelled; null while it isn't. */
  public @Nullable CancellationException cause() {
    return cause;
  }

  /**
   * Returns if the work is still wanted.
   *
   * @throws CancellationException otherwise; its cause is the reason given to {@link #cancel}
   */
  public void throwIfCancelled() {
    CancellationException why = cause;
    if (why != null) {
      throw again(why);
    }
  }

  /**
   * Cancels, unless that has happened already.
   *
   * @param reason what a reader of the log should see
   * @return whether this call was the one that cancelled
   */
  public boolean cancel(String reason) {
    return !isCancelled() && cancel(new CancellationException(reason));
  }

  /**
   * Cancels, and has the actions run by somebody else: for threads that must not run other people's
   * code, such as an event loop's. The executor isn't asked if there is no action.
   */
  public boolean cancel(String reason, Executor actionsOn) {
    return !isCancelled() && cancel(new QuietCancellation(reason), actionsOn);
  }

  /** Cancels, with an exception that says why. */
  boolean cancel(CancellationException why) {
    return cancel(why, Runnable::run);
  }

  private boolean cancel(CancellationException why, Executor actionsOn) {
    Action toRun;
    synchronized (this) {
      if (!cancellable || cause != null) {
        return false;
      }
      cause = why;
      toRun = first;
      first = null;
      last = null;
    }
    close();
    if (toRun != null) {
      actionsOn.execute(() -> runAll(toRun));
    }
    return true;
  }

  /** Nobody changes the list any more: its token has let go of it. */
  private static void runAll(Action from) {
    for (Action action = from; action != null; action = action.next) {
      action.run();
    }
  }

  /**
   * Runs an action when this token is cancelled: at once, on the calling thread, if it already is.
   *
   * @return takes the action back; call it when the work is over, or the token keeps the action
   */
  public Registration onCancel(Runnable action) {
    Action registered = new Action(action);
    if (!add(registered)) {
      registered.run();
    }
    return registered;
  }

  private synchronized boolean add(Action action) {
    if (cause != null) {
      return false;
    }
    if (cancellable) {
      action.append();
    }
    return true;
  }

  /** How many actions are registered. */
  synchronized int actions() {
    int count = 0;
    for (Action action = first; action != null; action = action.next) {
      count++;
    }
    return count;
  }

  /**
   * An object of its own for each registration, so that closing one doesn't take another back; and
   * a link of the list of them, so that closing it costs the same however many there are.
   */
  private final class Action implements Registration {
    private final Runnable work;
    private @Nullable Action previous; // guarded by the token, as long as it is registered
    private @Nullable Action next; // the same
    private boolean registered; // guarded by the token

    private Action(Runnable work) {
      this.work = work;
    }

    private void run() {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        log.error("An action on cancellation failed", e);
      }
    }

    private void append() {
      registered = true;
      previous = last;
      last = this;
      if (previous == null) {
        first = this;
      } else {
        previous.next = this;
      }
    }

    @Override
    public void close() {
      synchronized (CancellationToken.this) {
        if (registered && cause == null) {
          registered = false;
          remove();
        }
      }
    }

    private void remove() {
      if (previous == null) {
        first = next;
      } else {
        previous.next = next;
      }
      if (next == null) {
        last = previous;
      } else {
        next.previous = previous;
      }
      previous = null;
      next = null;
    }
  }

  /** Takes back what was registered. Idempotent, any thread. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** The same reason with the stack of the thread that noticed it: the one a reader needs. */
  private static CancellationException again(CancellationException why) {
    CancellationException here = new CancellationException(why.getMessage());
    here.initCause(why);
    return here;
  }
}
