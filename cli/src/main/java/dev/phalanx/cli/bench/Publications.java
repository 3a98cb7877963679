package dev.phalanx.cli.bench;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is published and has not reached everybody: messages by number, each with those who still
 * wait for it. As many as may be in flight, in a ring. Any thread, unless said otherwise.
 */
final class Publications {
  private final AtomicLongArray since; // when each was sent, or due
  private final AtomicIntegerArray remaining; // who waits for it
  private final AtomicLong completed = new AtomicLong();
  private final Runnable onCompleted;
  private volatile long published;
  private volatile long waiting; // since when none has been completed
  private int listening; // guarded by this, as is the step from one publication to the next

  /**
   * None yet.
   *
   * @param onCompleted called when one has reached everybody, on any lane; must not block
   */
  Publications(int inFlight, Runnable onCompleted) {
    this.since = new AtomicLongArray(inFlight);
    this.remaining = new AtomicIntegerArray(inFlight);
    this.onCompleted = onCompleted;
  }

  /** So many listen from now on. */
  synchronized void begin(int listeners) {
    listening = listeners;
  }

  /** Whether one more may be published. */
  boolean hasRoom() {
    return published - completed.get() < since.length();
  }

  /**
   * Takes note of the next, before it is sent. For one thread, when there is {@link #hasRoom room}.
   *
   * @param at when it is sent, or was due
   * @return its number; negative if nobody listens any more
   */
  synchronized long next(long at) {
    if (listening == 0) {
      return -1;
    }
    long number = published;
    if (number == completed.get()) {
      waiting = System.nanoTime();
    }
    since.set(slot(number), at);
    remaining.set(slot(number), listening);
    published = number + 1;
    return number;
  }

  long published() {
    return published;
  }

  /** When one that is in flight was sent, or due. */
  long since(long number) {
    return since.get(slot(number));
  }

  /** One of those who waited for it waits no longer. */
  void delivered(long number) {
    if (remaining.decrementAndGet(slot(number)) == 0) {
      waiting = System.nanoTime();
      completed.incrementAndGet();
      onCompleted.run();
    }
  }

  /**
   * A listener is gone.
   *
   * @param received how many it had received
   */
  void left(long received) {
    long upTo;
    synchronized (this) {
      listening--;
      upTo = published;
    }
    for (long number = received; number < upTo; number++) {
      delivered(number);
    }
  }

  /** Whether something is in flight, and none of it has been completed for so many nanoseconds. */
  boolean isStuck(long nanos) {
    return published > completed.get() && System.nanoTime() - waiting > nanos;
  }

  private int slot(long number) {
    return (int) (number % since.length());
  }
}
