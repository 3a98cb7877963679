package dev.phalanx.hermes.client;

import dev.phalanx.aegis.Scope;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.styx.Received;
import dev.phalanx.styx.Source;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one leg after the other, as one source. The consumer is one thread at a time;
 * the connection's own thread adds legs, and says when none follows.
 */
final class Inbox implements Source<WsMessage> {
  /** So many legs whose messages nobody has taken are kept; then the oldest one's are dropped. */
  private static final int MAX_LEGS = 16;

  private final Deque<Leg> legs = new ConcurrentLinkedDeque<>();
  private volatile boolean ended;
  private final AtomicReference<@Nullable Thread> consumer =
      new AtomicReference<>(); // while it waits
  private @Nullable WsMessage next; // the consumer's: what hasNext has found

  /**
   * Another leg follows. It never waits for the consumer, since there may be none: a client that
   * only sends does not read what a server says to greet it.
   *
   * @return how many messages that nobody has taken were dropped
   */
  long add(Leg leg) {
    legs.removeIf(each -> each.session().isReceived());
    long dropped = 0;
    while (legs.size() >= MAX_LEGS) {
      Leg oldest = legs.poll();
      dropped += oldest == null ? 0 : oldest.session().dropUnread();
    }
    legs.add(leg);
    LockSupport.unpark(consumer.get());
    return dropped;
  }

  /** No other leg follows. */
  void end() {
    ended = true;
    LockSupport.unpark(consumer.get());
  }

  @Override
  public Received<WsMessage> receive() throws InterruptedException {
    return orCompleted(
        receive(
            leg -> leg.connection().inbound().receive(),
            () -> {
              LockSupport.park(this);
              return true;
            }));
  }

  @Override
  public Received<WsMessage> receive(Scope scope) throws InterruptedException {
    Thread waiting = Thread.currentThread();
    var wakeUp = scope.cancellation().onCancel(() -> LockSupport.unpark(waiting));
    try {
      return orCompleted(
          receive(
              leg -> leg.connection().inbound().receive(scope),
              () -> {
                scope.throwIfCancelled();
                LockSupport.park(this);
                return true;
              }));
    } finally {
      wakeUp.close();
    }
  }

  @Override
  public @Nullable Received<WsMessage> receive(Scope scope, long deadline)
      throws InterruptedException {
    Thread waiting = Thread.currentThread();
    var wakeUp = scope.cancellation().onCancel(() -> LockSupport.unpark(waiting));
    try {
      return receive(
          leg -> leg.connection().inbound().receive(scope, deadline),
          () -> {
            scope.throwIfCancelled();
            scope.time().parkUntil(deadline);
            return scope.time().nanoTime() - deadline < 0;
          });
    } finally {
      wakeUp.close();
    }
  }

  private static Received<WsMessage> orCompleted(@Nullable Received<WsMessage> received) {
    return received == null ? new Received.Completed<>() : received;
  }

  /** A receive on one leg. */
  private interface OnLeg {
    @Nullable Received<WsMessage> receive(Leg leg) throws InterruptedException;
  }

  /**
   * The next value of any leg.
   *
   * @param wait parks once; false if there is no more time to wait
   */
  private @Nullable Received<WsMessage> receive(OnLeg onLeg, BooleanSupplier wait)
      throws InterruptedException {
    WsMessage found = next;
    if (found != null) {
      next = null;
      return new Received.Value<>(found);
    }
    while (true) {
      boolean last = ended; // before the look at the legs: none is added after it
      Leg leg = legs.peek();
      if (leg != null) {
        Received<WsMessage> received = onLeg.receive(leg);
        if (!(received instanceof Received.Completed)) {
          return received;
        }
        legs.remove(leg);
      } else if (last) {
        return new Received.Completed<>();
      } else if (!awaitLeg(wait)) {
        return null;
      }
    }
  }

  private boolean awaitLeg(BooleanSupplier wait) throws InterruptedException {
    Thread other = consumer.compareAndExchange(null, Thread.currentThread());
    if (other != null) {
      throw new IllegalStateException(
          "the thread \"%s\" is receiving already: inbound() has one consumer at a time"
              .formatted(other.getName()));
    }
    try {
      while (legs.isEmpty() && !ended) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while waiting for the next message");
        }
        if (!wait.getAsBoolean()) {
          return !legs.isEmpty() || ended;
        }
      }
      return true;
    } finally {
      consumer.set(null);
    }
  }

  @Override
  public Iterator<WsMessage> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (next != null) {
          return true;
        }
        try {
          next = receive() instanceof Received.Value<WsMessage> value ? value.value() : null;
          return next != null;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw (CancellationException) new CancellationException(e.getMessage()).initCause(e);
        }
      }

      @Override
      public WsMessage next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the connection has ended");
        }
        WsMessage found = next;
        next = null;
        return Objects.requireNonNull(found);
      }
    };
  }
}
