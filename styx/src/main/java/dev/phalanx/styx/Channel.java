package dev.phalanx.styx;

import dev.phalanx.aegis.Scope;
import dev.phalanx.aegis.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between any number of producers and one consumer, with an end that is data.
 *
 * <p>It is bounded twice: in values, and in their weight (bytes, say). A bound on weight admits one
 * value of any weight while the channel is empty. Producers never hold up the consumer and no
 * thread ever holds a lock.
 *
 * <p>How it works. {@code state} packs the closed flag, the count and the weight into one word. A
 * producer first reserves its place by a compare-and-set of that word, so that bounds and closing
 * have one order for all; then links its value into a queue; then wakes the consumer. The consumer
 * takes a value, then gives the place back. Closed and nothing reserved is the end: a value that
 * was accepted before the close is always received.
 *
 * <p>Full and relieved. When a value finds no room, the {@link Pressure} is set; when the consumer
 * has emptied the channel to half of both bounds, it clears it, and wakes the producers that wait
 * in {@link #emit}. The producer looks at the state again after setting it, and the consumer looks
 * at it after changing the state, so the relief can't be missed.
 *
 * @param <T> what is passed on
 */
public final class Channel<T> implements Source<T> {
  private static final long CLOSED = 1L << 63;
  private static final int WEIGHT_BITS = 40;
  private static final long MAX_WEIGHT = (1L << WEIGHT_BITS) - 1;
  private static final long ONE = 1L << WEIGHT_BITS;
  private static final int MAX_COUNT = (1 << 22) - 1;

  private static final VarHandle STATE;
  private static final VarHandle TAIL;
  private static final VarHandle ENDING;
  private static final VarHandle CONSUMER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Channel.class, "state", long.class);
      TAIL = lookup.findVarHandle(Channel.class, "tail", Node.class);
      ENDING = lookup.findVarHandle(Channel.class, "ending", Received.class);
      CONSUMER = lookup.findVarHandle(Channel.class, "consumer", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int capacity;
  private final long maxWeight;
  private final ToLongFunction<? super T> weigher;
  private final Pressure pressure;
  private final Runnable end;

  private volatile long state;
  private volatile @Nullable Thread consumer; // set while the consumer waits
  private volatile @Nullable Received<T> ending; // written once, before the closed flag
  private volatile @Nullable Queue<Thread> blocked; // producers in emit; null until there is one

  private volatile Node<T> tail; // producers
  private Node<T> head; // the consumer
  private boolean touched; // the consumer has taken a value
  private boolean ended; // the consumer has seen the end

  private Channel(Builder<T> builder) {
    this.capacity = builder.capacity;
    this.maxWeight = builder.maxWeight;
    this.weigher = builder.weigher;
    this.pressure = new Pressure(builder.pressure, builder.relief);
    this.end = builder.end;
    this.head = new Node<>(null, 0);
    this.tail = head;
  }

  /**
   * A channel of so many values.
   *
   * @throws IllegalArgumentException unless capacity is from 1 to 4,194,303
   */
  public static <T> Channel<T> bounded(int capacity) {
    return Channel.<T>of(capacity).open();
  }

  /** Begins to describe a channel of so many values. */
  public static <T> Builder<T> of(int capacity) {
    return new Builder<>(capacity);
  }

  /** Offers a value; never waits. Any thread. */
  public Emission tryEmit(T value) {
    Objects.requireNonNull(value, "value");
    long weight = weigh(value);
    while (true) {
      long seen = state;
      if (seen < 0) {
        return Emission.CLOSED;
      }
      if (admits(seen, weight)) {
        Node<T> node = new Node<>(value, weight); // first: a place that is reserved must be filled
        if (STATE.compareAndSet(this, seen, seen + ONE + weight)) {
          link(node);
          return Emission.ACCEPTED;
        }
      } else if (!pressure.isOn()) {
        pressure.set(); // and look again: the consumer may have made room before it could see this
      } else if (state == seen) {
        return Emission.FULL; // full when the pressure was on: so the relief is still to come
      }
    }
  }

  /**
   * Passes a value on; waits while there is no room. Any thread but an event loop's.
   *
   * @return false if the channel is closed, and the value was not accepted
   * @throws InterruptedException if the calling thread is interrupted while it waits; the value was
   *     not accepted
   */
  public boolean emit(T value) throws InterruptedException {
    Emission result = tryEmit(value);
    while (result == Emission.FULL) {
      Queue<Thread> waiting = blockedProducers();
      waiting.add(Thread.currentThread());
      result = tryEmit(value); // again, now that the relief will find this thread
      if (result == Emission.FULL) {
        LockSupport.park(this);
      }
      waiting.remove(Thread.currentThread());
      if (result == Emission.FULL && Thread.interrupted()) {
        throw new InterruptedException("interrupted while the channel was full");
      }
    }
    return result == Emission.ACCEPTED;
  }

  /**
   * Ends the channel: what is in it can still be received, nothing more is accepted. Any thread.
   *
   * @return false if it was closed already
   */
  public boolean complete() {
    return close(new Received.Completed<>());
  }

  /**
   * Ends the channel with a failure, which comes after what is in it. Any thread.
   *
   * @return false if it was closed already; it stays as it was then
   */
  public boolean error(Throwable cause) {
    return close(new Received.Failed<>(Objects.requireNonNull(cause, "cause")));
  }

  private boolean close(Received<T> how) {
    boolean first = ENDING.compareAndSet(this, null, how);
    STATE.getAndBitwiseOr(this, CLOSED); // first or not: when this returns, the channel is closed
    wakeConsumer();
    wakeProducers();
    return first;
  }

  @Override
  public Received<T> receive() throws InterruptedException {
    if (!hasNews()) {
      awaitNews(this::park);
    }
    return news();
  }

  @Override
  public Received<T> receive(Scope scope) throws InterruptedException {
    if (!hasNews()) {
      awaitNewsIn(scope, this::park);
    }
    return news();
  }

  @Override
  public @Nullable Received<T> receive(Scope scope, long deadline) throws InterruptedException {
    TimeSource time = scope.time();
    return hasNews() || awaitNewsIn(scope, () -> parkUntil(deadline, time)) ? news() : null;
  }

  /** How many values are in it. Any thread; a snapshot. */
  public int size() {
    return count(state);
  }

  /** The weight of the values that are in it. Any thread; a snapshot. */
  public long weight() {
    return weight(state);
  }

  /** Whether it takes nothing more. Any thread. */
  public boolean isClosed() {
    return state < 0;
  }

  /**
   * Whether the consumer has never taken a value, and none waits for it. Any thread; a snapshot.
   */
  public boolean isUntouched() {
    return count(state) == 0 && !touched; // in this order: it is touched before it is empty again
  }

  private boolean awaitNewsIn(Scope scope, BooleanSupplier wait) throws InterruptedException {
    Thread waiting = Thread.currentThread();
    var wakeUp = scope.cancellation().onCancel(() -> LockSupport.unpark(waiting));
    try {
      return awaitNews(() -> {
        scope.throwIfCancelled();
        return wait.getAsBoolean();
      });
    } finally {
      wakeUp.close();
    }
  }

  /**
   * Waits for a value, which stays in the channel, or for the end.
   *
   * @param wait parks once, unless there is no more time to wait: then it returns false
   * @return whether there is either
   */
  private boolean awaitNews(BooleanSupplier wait) throws InterruptedException {
    while (!CONSUMER.compareAndSet(this, null, Thread.currentThread())) {
      checkConsumer();
    }
    try {
      while (!hasNews()) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while waiting for the next value");
        }
        if (!wait.getAsBoolean()) {
          return hasNews();
        }
      }
      return true;
    } finally {
      consumer = null;
    }
  }

  private boolean hasValue() throws InterruptedException {
    if (!hasNews()) {
      awaitNews(this::park);
    }
    return head.next != null;
  }

  private boolean park() {
    LockSupport.park(this);
    return true;
  }

  private static boolean parkUntil(long deadline, TimeSource time) {
    if (time.nanoTime() - deadline >= 0) {
      return false;
    }
    time.parkUntil(deadline);
    return true;
  }

  /**
   * Only one thread can wait: the other one would miss its wake-up.
   *
   * @throws IllegalStateException if another thread waits
   */
  private void checkConsumer() {
    Thread other = consumer;
    if (other != null && other != Thread.currentThread()) {
      throw new IllegalStateException(
          "the thread \"%s\" is receiving already: a channel, such as a connection's inbound(), has one consumer at a time"
              .formatted(other.getName()));
    }
  }

  private boolean hasNews() {
    checkConsumer();
    return head.next != null || atEnd();
  }

  /** The value or the end that {@link #hasNews} has seen. */
  private Received<T> news() {
    return head.next != null ? new Received.Value<>(take()) : Objects.requireNonNull(ending);
  }

  private T take() {
    Node<T> next = Objects.requireNonNull(head.next);
    T value = Objects.requireNonNull(next.value);
    next.value = null;
    head = next;
    touched = true;
    giveBack(ONE + next.weight);
    return value;
  }

  private boolean atEnd() {
    long seen = state;
    if (seen >= 0 || count(seen) != 0) {
      return false;
    }
    if (!ended) {
      ended = true;
      end.run();
    }
    return true;
  }

  private void giveBack(long place) {
    long left = (long) STATE.getAndAdd(this, -place) - place;
    if (pressure.isOn() && isRelieved(left)) {
      pressure.clear(this::wakeProducers);
    }
  }

  private boolean admits(long seen, long weight) {
    int count = count(seen);
    return count == 0 || (count < capacity && weight(seen) + weight <= maxWeight);
  }

  private boolean isRelieved(long seen) {
    return count(seen) <= capacity / 2 && weight(seen) <= maxWeight / 2;
  }

  private long weigh(T value) {
    long weight = weigher.applyAsLong(value);
    if (weight < 0) {
      throw new IllegalArgumentException("a value's weight must not be negative: " + weight);
    }
    return Math.min(weight, MAX_WEIGHT >> 1);
  }

  private static int count(long seen) {
    return (int) ((seen & ~CLOSED) >>> WEIGHT_BITS);
  }

  private static long weight(long seen) {
    return seen & MAX_WEIGHT;
  }

  @SuppressWarnings("unchecked") // TAIL only ever holds a Node<T>
  private void link(Node<T> node) {
    ((Node<T>) TAIL.getAndSet(this, node)).next = node;
    wakeConsumer();
  }

  private void wakeConsumer() {
    Thread waiting = consumer;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  private void wakeProducers() {
    Queue<Thread> waiting = blocked;
    if (waiting != null) {
      waiting.forEach(LockSupport::unpark);
    }
  }

  private synchronized Queue<Thread> blockedProducers() {
    Queue<Thread> waiting = blocked;
    if (waiting == null) {
      waiting = new ConcurrentLinkedQueue<>();
      blocked = waiting;
    }
    return waiting;
  }

  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return hasValue();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw (CancellationException) new CancellationException(e.getMessage()).initCause(e);
        }
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the channel has ended");
        }
        return take();
      }
    };
  }

  private static final class Node<T> {
    private @Nullable T value;
    private final long weight;
    private volatile @Nullable Node<T> next;

    private Node(@Nullable T value, long weight) {
      this.value = value;
      this.weight = weight;
    }
  }

  /**
   * Describes a channel. Callbacks must neither block nor throw.
   *
   * @param <T> what is passed on
   */
  public static final class Builder<T> {
    private final int capacity;
    private long maxWeight = MAX_WEIGHT;
    private ToLongFunction<? super T> weigher = value -> 0;
    private Runnable pressure = () -> {};
    private Runnable relief = () -> {};
    private Runnable end = () -> {};

    private Builder(int capacity) {
      if (capacity < 1 || capacity > MAX_COUNT) {
        throw new IllegalArgumentException(
            "capacity must be from 1 to " + MAX_COUNT + ", not " + capacity);
      }
      this.capacity = capacity;
    }

    /**
     * Bounds the weight of what is in the channel as well.
     *
     * @param bound at least 1; one value of any weight is admitted while the channel is empty
     * @param weight gives a value's weight, not negative
     */
    public Builder<T> weighing(long bound, ToLongFunction<? super T> weight) {
      if (bound < 1 || bound > MAX_WEIGHT >> 1) {
        throw new IllegalArgumentException(
            "bound must be from 1 to " + (MAX_WEIGHT >> 1) + ", not " + bound);
      }
      maxWeight = bound;
      weigher = weight;
      return this;
    }

    /**
     * Called when a value found no room, on the thread that offered it; the next time only after
     * {@link #onRelief}. Where the two come at the same moment, one thread makes both calls: they
     * alternate, and never overlap.
     */
    public Builder<T> onPressure(Runnable callback) {
      pressure = callback;
      return this;
    }

    /**
     * Called when the channel has been full and is down to half of its bounds, on the consumer's
     * thread, but for what {@link #onPressure} says.
     */
    public Builder<T> onRelief(Runnable callback) {
      relief = callback;
      return this;
    }

    /**
     * Called once, on the consumer's thread, when it has received everything and come to the end.
     */
    public Builder<T> onEnd(Runnable callback) {
      end = callback;
      return this;
    }

    /** The channel. */
    public Channel<T> open() {
      return new Channel<>(this);
    }
  }
}
