package dev.phalanx.hermes;

import dev.phalanx.rfc6455.ByteSink;
import dev.phalanx.rfc6455.EncodedFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait for the wire, and how many bytes they are.
 *
 * <p>Any thread offers; the lane alone takes and releases. {@code waiting} packs the closed flag
 * and the bytes that were accepted and are not yet with the operating system: an offer first
 * reserves its bytes there by a compare-and-set, then queues the frame. So bounds and closing have
 * one order for all threads, and "closed, and all that was reserved has been taken" means that
 * nothing accepted is still on its way.
 */
final class Outbound {
  /** What became of a frame that was offered. */
  enum Offer {
    QUEUED,
    FULL,
    CLOSED
  }

  private static final long CLOSED = 1L << 63;
  private static final VarHandle WAITING;

  static {
    try {
      WAITING = MethodHandles.lookup().findVarHandle(Outbound.class, "waiting", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Queue<EncodedFrame> frames = new ConcurrentLinkedQueue<>();
  private final int highWater;
  private final LongSupplier clock; // the lane's
  private final @Nullable Traffic traffic; // a client's; null on a server
  private volatile long waiting;

  /** An Error has struck a sender before its frame was queued: more may be counted than waits. */
  volatile boolean isInDoubt;

  private volatile @Nullable Queue<Thread> blocked; // senders that wait; null until there is one
  private volatile long progressedAt; // by the lane's clock

  // the lane's
  private @Nullable Backlog backlog; // null while nothing waits that was published
  private boolean sealed;
  private @Nullable EncodedFrame current;
  private int offset;
  private long taken; // bytes of waiting that were handed to the wire

  Outbound(int highWater, LongSupplier clock, @Nullable Traffic traffic) {
    this.highWater = highWater;
    this.clock = clock;
    this.traffic = traffic;
    this.progressedAt = clock.getAsLong();
  }

  /**
   * Accepts a frame unless more than {@code most} bytes are waiting; then {@link #add} must follow.
   * Any thread.
   *
   * @param most not negative; so one frame is accepted, whatever its size, when nothing waits
   */
  Offer reserve(EncodedFrame frame, long most) {
    while (true) {
      long seen = waiting;
      if (seen < 0) {
        return Offer.CLOSED;
      }
      if (seen > most) {
        return Offer.FULL;
      }
      if (WAITING.compareAndSet(this, seen, seen + frame.length())) {
        return Offer.QUEUED;
      }
    }
  }

  /** Queues a frame that was accepted. Any thread. */
  void add(EncodedFrame frame) {
    frames.add(frame);
  }

  /** A frame that was accepted can't be queued: its bytes are counted no more. Any thread. */
  void takeBack(EncodedFrame frame) {
    WAITING.getAndAdd(this, (long) -frame.length());
  }

  /** Whether an offer would not find it full just now; so, too, once it is closed. Any thread. */
  boolean hasRoom(long most) {
    return waiting <= most;
  }

  /** Accepts nothing more; what was accepted stays. Any thread. */
  void close() {
    WAITING.getAndBitwiseOr(this, CLOSED);
    wakeSenders();
  }

  boolean isClosed() {
    return waiting < 0;
  }

  /** Waits on behalf of a sender until it may be worth trying again. */
  void awaitRoom(Runnable park) {
    Queue<Thread> senders = senders();
    senders.add(Thread.currentThread());
    try {
      if (waiting > highWater) { // again, now that a release will find this thread
        park.run();
      }
    } finally {
      senders.remove(Thread.currentThread());
    }
  }

  /** The peer was slow, and has taken bytes. Lane. */
  void progressed() {
    progressedAt = clock.getAsLong();
  }

  /**
   * For how many nanoseconds a slow peer has taken nothing. Any thread.
   *
   * @param from the caller's first look, by the lane's clock; time before that is not counted
   */
  long stalledSince(long from) {
    long progress = progressedAt;
    return clock.getAsLong() - (progress - from > 0 ? progress : from);
  }

  /** Nothing that was published is accepted any more. Lane. */
  void seal() {
    sealed = true;
  }

  boolean isSealed() {
    return sealed;
  }

  /** Whether it is open and nothing waits at all, not even a gap for its words. Lane. */
  boolean isClear() {
    return waiting == 0 && backlog == null;
  }

  /** How many bytes wait. Any thread. */
  long waitingBytes() {
    return waiting & ~CLOSED;
  }

  /** What was published and waits; null if nothing does. Lane. */
  @Nullable Backlog backlog() {
    return backlog;
  }

  /** Something that was published is to wait. Lane. */
  void backlog(Backlog its) {
    backlog = its;
  }

  /** Takes out what was sent so far, so that what is published may come behind it. Lane. */
  void takeSent(Consumer<EncodedFrame> taker) {
    EncodedFrame sent;
    while ((sent = frames.poll()) != null) {
      taker.accept(sent);
    }
  }

  /**
   * So many bytes more wait that were published, or fewer. Those who publish and then close have it
   * go out: it is accepted until the lane has come to the {@link #seal}. Lane.
   */
  void adjust(int change) {
    long before = (long) WAITING.getAndAdd(this, (long) change) & ~CLOSED;
    if (before > highWater && before + change <= highWater) {
      wakeSenders();
    }
  }

  /** So many bytes, which never waited here, were handed over, and are still to be taken. Lane. */
  void handedOver(int count) {
    WAITING.getAndAdd(this, (long) count);
    taken += count;
  }

  /** Whether a frame has been handed over in part, so that nothing may come between. Lane. */
  boolean isInsideFrame() {
    return current != null;
  }

  /** Whether it is sealed and everything that was accepted has been handed over. Lane. */
  boolean isFinished() {
    long seen = waiting;
    return sealed && seen < 0 && ((seen & ~CLOSED) == taken || (isInDoubt && isEmpty()));
  }

  private boolean isEmpty() {
    return current == null && backlog == null && frames.isEmpty();
  }

  /**
   * Hands over bytes of the first frame, or what is left of it. Lane.
   *
   * @return how many; 0 if nothing waits
   */
  int transferTo(ByteSink sink, int max) {
    EncodedFrame frame = current == null ? next() : current;
    if (frame == null) {
      return 0;
    }
    int count = frame.transferTo(sink, offset, max);
    offset += count;
    boolean done = offset == frame.length();
    if (traffic != null && done) {
      traffic.handedOver(frame);
    }
    current = done ? null : frame;
    offset = done ? 0 : offset;
    taken += count;
    return count;
  }

  private @Nullable EncodedFrame next() {
    Backlog its = backlog;
    if (its == null) {
      return frames.poll();
    }
    EncodedFrame frame = its.poll();
    if (its.isEmpty()) {
      backlog = null;
      return frame == null ? frames.poll() : frame;
    }
    return frame;
  }

  /** The operating system has taken all that was handed over. Lane. */
  void release() {
    long before = (long) WAITING.getAndAdd(this, -taken) & ~CLOSED;
    long left = before - taken;
    taken = 0;
    if (before > highWater && left <= highWater) {
      wakeSenders();
    }
  }

  /** Has keys found for what still waits by {@code keepLatest}. Lane. */
  void findKeys() {
    if (backlog != null) {
      backlog.findKeys();
    }
  }

  /** Drops what waits: the wire is gone. Lane. */
  void discard() {
    close();
    seal();
    frames.clear();
    if (backlog != null) {
      backlog.clear();
      backlog = null;
    }
    current = null;
  }

  private void wakeSenders() {
    Queue<Thread> senders = blocked;
    if (senders != null) {
      senders.forEach(LockSupport::unpark);
    }
  }

  private synchronized Queue<Thread> senders() {
    Queue<Thread> senders = blocked;
    if (senders == null) {
      senders = new ConcurrentLinkedQueue<>();
      blocked = senders;
    }
    return senders;
  }
}
