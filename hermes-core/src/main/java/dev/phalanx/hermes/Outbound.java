package dev.phalanx.hermes;

import dev.phalanx.rfc6455.ByteSink;
import dev.phalanx.rfc6455.EncodedFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
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
  private final @Nullable Traffic traffic; // a client's; null on a server
  private volatile long waiting;
  private volatile @Nullable Queue<Thread> blocked; // senders that wait; null until there is one

  // the lane's
  private @Nullable EncodedFrame current;
  private int offset;
  private long taken; // bytes of waiting that were handed to the wire

  Outbound(int highWater, @Nullable Traffic traffic) {
    this.highWater = highWater;
    this.traffic = traffic;
  }

  /**
   * Accepts a frame unless more than {@code most} bytes are waiting. Any thread.
   *
   * @param most not negative; so one frame is accepted, whatever its size, when nothing waits
   */
  Offer offer(EncodedFrame frame, long most) {
    while (true) {
      long seen = waiting;
      if (seen < 0) {
        return Offer.CLOSED;
      }
      if (seen > most) {
        return Offer.FULL;
      }
      if (WAITING.compareAndSet(this, seen, seen + frame.length())) {
        frames.add(frame);
        return Offer.QUEUED;
      }
    }
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

  /** Whether a frame has been handed over in part, so that nothing may come between. Lane. */
  boolean isInsideFrame() {
    return current != null;
  }

  /** Whether it is closed and everything that was accepted has been handed over. Lane. */
  boolean isFinished() {
    long seen = waiting;
    return seen < 0 && (seen & ~CLOSED) == taken;
  }

  /**
   * Hands over bytes of the first frame, or what is left of it. Lane.
   *
   * @return how many; 0 if nothing waits
   */
  int transferTo(ByteSink sink, int max) {
    EncodedFrame frame = current == null ? frames.poll() : current;
    if (frame == null) {
      return 0;
    }
    if (traffic != null && current == null) {
      traffic.begun(frame);
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

  /** The operating system has taken all that was handed over. Lane. */
  void release() {
    long before = (long) WAITING.getAndAdd(this, -taken) & ~CLOSED;
    long left = before - taken;
    taken = 0;
    if (traffic != null) {
      traffic.taken();
    }
    if (before > highWater && left <= highWater) {
      wakeSenders();
    }
  }

  /** Drops what waits: the wire is gone. Lane. */
  void discard() {
    close();
    frames.clear();
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
