package dev.phalanx.aegis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private @Nullable List<Action> actions; // guarded by this; null while nobody listens
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
    return cancel(reason, Runnable::run);
  }

  /**
   * Cancels, and has the actions run by somebody else: for threads that must not run other people's
   * code, such as an event loop's. The executor isn't asked if there is no action.
   */
  public boolean cancel(String reason, Executor actionsOn) {
    List<Action> toRun;
    synchronized (this) {
      if (!cancellable || cause != null) {
        return false;
      }
      cause = new CancellationException(reason);
      toRun = actions == null ? List.of() : actions;
      actions = null;
    }
    close();
    if (!toRun.isEmpty()) {
      actionsOn.execute(() -> toRun.forEach(Action::run));
    }
    return true;
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
      if (actions == null) {
        actions = new ArrayList<>(2);
      }
      actions.add(action);
    }
    return true;
  }

  private synchronized void remove(Action action) {
    if (actions != null) {
      actions.remove(action);
    }
  }

  /** An object of its own for each registration, so that closing one doesn't take another back. */
  private final class Action implements Registration {
    private final Runnable work;

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

    @Override
    public void close() {
      remove(this);
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
