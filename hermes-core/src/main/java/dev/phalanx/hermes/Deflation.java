package dev.phalanx.hermes;

import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.MessageDeflater;
import dev.phalanx.rfc6455.Side;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compresses what a connection sends, on the thread that sends it: the lane never does. Any thread.
 *
 * <p>Where our context is taken over, frames must be queued in the order in which they were
 * compressed, so compressing one and queueing it are done under a lock, {@code order}; what waits
 * for room waits without it. What is published was compressed before; the lane that queues it
 * doesn't wait for the lock: if a sender has it, the subscriber gets the message uncompressed,
 * which needs no order among compressed ones. Without context takeover each message stands alone,
 * and there is no lock.
 */
final class Deflation {
  /** How messages are compressed that stand alone; the same for all who agreed on the same. */
  record Form(int windowBits, int level, int threshold) {
    /** Has a message compressed so, that no lane ever does it. */
    void prepare(Publication publication) {
      if (wants(publication.message())) {
        publication.deflated(windowBits, level);
      }
    }

    boolean wants(WsMessage message) {
      return (message.isText() || message.isBinary()) && message.bytes().length >= threshold;
    }
  }

  private final Side side;
  private final Form form;
  private final MessageDeflater deflater;
  private final @Nullable ReentrantLock order; // guards deflater; null where it has no state
  private final AtomicInteger behind = new AtomicInteger(); // frames on their way to the queue
  private boolean isInDoubt; // guarded by order: an Error may have kept a frame from the queue
  private volatile boolean closed;

  Deflation(Side side, Compression settings, DeflateParameters agreed, DeflatePool pool) {
    this.side = side;
    this.form = new Form(agreed.maxWindowBits(side), settings.level(), settings.threshold());
    this.deflater = MessageDeflater.of(agreed, side, settings.level(), pool);
    this.order = agreed.noContextTakeover(side) ? null : new ReentrantLock();
  }

  /** Whether a message is to go out compressed. */
  boolean wants(WsMessage message) {
    return form.wants(message);
  }

  Form form() {
    return form;
  }

  /** Whether each message stands alone, so that its frame may be made long before it is queued. */
  boolean isStateless() {
    return order == null;
  }

  /** The frame of a message that stands alone. */
  EncodedFrame frame(WsMessage message) {
    return deflate(message);
  }

  /**
   * Compresses a message in its place among others, and offers it.
   *
   * @param hasRoom asked before any work is done: what has been compressed must be queued
   * @param offer queues the frame whether there is room or not, or finds the connection closed
   */
  Outbound.Offer send(
      WsMessage message, BooleanSupplier hasRoom, Function<EncodedFrame, Outbound.Offer> offer) {
    ReentrantLock held = Objects.requireNonNull(order, "stateless");
    held.lock();
    try {
      if (closed) {
        return Outbound.Offer.CLOSED;
      }
      if (!hasRoom.getAsBoolean()) {
        return Outbound.Offer.FULL;
      }
      if (isInDoubt) {
        deflater.startAfresh();
      }
      isInDoubt = true;
      Outbound.Offer result = offer.apply(deflate(message));
      isInDoubt = false;
      return result;
    } finally {
      held.unlock(); // not by another method: at the end of a stack that one might not be entered
      if (closed) {
        close();
      }
    }
  }

  private EncodedFrame deflate(WsMessage message) {
    byte[] deflated = deflater.deflate(message.bytes());
    if (deflated.length < message.bytes().length) {
      return MessageFrames.compressed(message, deflated, side);
    }
    deflater.startAfresh(); // the peer's inflater will not see this message
    return MessageFrames.encode(message, side);
  }

  /** A frame that was compressed will be queued later than now. */
  void isBehind() {
    behind.incrementAndGet();
  }

  /** It is queued. Lane. */
  void isQueued() {
    behind.decrementAndGet();
  }

  /**
   * Queues a message that others get too, compressed unless that would have to wait, or another
   * that was compressed before it would come after it. Lane.
   */
  void publish(Publication publication, Consumer<EncodedFrame> queue) {
    EncodedFrame frame = publication.frame(this);
    if (order == null || frame == publication.plain()) {
      queue.accept(frame);
    } else if (order.tryLock()) {
      try {
        if (behind.get() == 0) {
          queue.accept(frame);
          deflater.startAfresh(); // it hasn't seen this message, which the peer's inflater will
        } else {
          queue.accept(publication.plain());
        }
      } finally {
        unlock(order);
      }
    } else {
      queue.accept(publication.plain());
    }
  }

  /** Nothing more will be sent: gives up what is held. Doesn't wait. */
  void close() {
    closed = true;
    if (order == null) {
      deflater.close();
    } else if (order.tryLock()) {
      try {
        deflater.close();
      } finally {
        order.unlock();
      }
    } // else who has the lock sees that it is closed, when it unlocks
  }

  private void unlock(ReentrantLock held) {
    held.unlock();
    if (closed) { // after unlocking: either close() got the lock, or this sees it closed
      close();
    }
  }
}
