package dev.phalanx.hermes;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.rfc6455.ByteSink;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Protocol;

/**
 * Moves frames from the queue to the wire, once a lane turn: what the protocol owes first, between
 * frames; then what waits; at the very end our Close, and nothing after it. Lane-confined, but for
 * {@link #wake}.
 */
final class Outflow implements Runnable {
  /** At most so much is with the wire and not yet with the operating system. */
  static final int MAX_IN_FLIGHT = 64 << 10;

  /** So many flushes in one turn; then the lane's other connections have theirs. */
  private static final int FLUSHES_PER_TURN = 16;

  private final Wire wire;
  private final Lane lane;
  private final Protocol protocol;
  private final Outbound outbound;
  private final Link link;
  private final ByteSink sink;

  private volatile int turn; // counts the turns; only the lane changes it
  private volatile int asked = -1; // the turn in which the next one was asked for
  private boolean touched; // a branch's turn ends with a flush
  private int written; // bytes that never waited, since the last flush
  private boolean flushing;
  private boolean closeWritten;
  private boolean closeFlushed;

  Outflow(Link link, Wire wire, Protocol protocol, Outbound outbound) {
    this.link = link;
    this.wire = wire;
    this.lane = wire.lane();
    this.protocol = protocol;
    this.outbound = outbound;
    this.sink = wire::write;
  }

  /**
   * Has the lane move what waits in its next turn, however often it is called before. Any thread.
   */
  void wake() {
    int seen = turn;
    if (asked != seen) {
      lane.execute(this);
      asked = seen; // afterwards: who fails has not asked. To ask twice does no harm
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the lane changes it
  public void run() {
    turn++; // first, so that what is queued from now on wakes again
    drain();
  }

  void onFlushed() {
    flushing = false;
    flushed();
    drain();
  }

  /** Moves what waits, until nothing does, the wire is full, or others should have their turn. */
  void drain() {
    if (link.isGone()) {
      outbound.discard(); // what was accepted while it went
      return;
    }
    try {
      move();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** No memory for a buffer, say: a frame may be cut off, so nothing follows it. */
  void failed(Throwable e) {
    flushing = true;
    link.lost("writing failed: " + e);
  }

  private void move() {
    for (int i = 0; i < FLUSHES_PER_TURN; i++) {
      if (flushing || !fill() || !flush()) {
        return;
      }
      flushed();
    }
    wake();
  }

  private boolean flush() {
    int count = written;
    written = 0;
    if (wire.flush()) {
      return true;
    }
    outbound.handedOver(count);
    flushing = true;
    return false;
  }

  // ---- what needn't wait ----

  /** Whether it can be written to: reads all that a write needs. */
  boolean isReady() {
    return !flushing && outbound.isClear() && !protocol.isCloseSent() && wire.isOpen();
  }

  /** Whether so many bytes can be written at once, since nothing waits before them. */
  boolean hasWayFor(int count) {
    if (flushing || !outbound.isClear()) {
      return false;
    }
    if (written > 0 && written + count > MAX_IN_FLIGHT) {
      flushWritten();
    }
    return !flushing && count <= MAX_IN_FLIGHT;
  }

  /** Writes a frame ahead of a {@link #endTurn}. Only after {@link #hasWayFor}. */
  void write(EncodedFrame frame) {
    try {
      writeControl();
      written += frame.length();
      frame.transferTo(sink, 0, frame.length());
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** The same for several frames. */
  void write(byte[] frames) {
    try {
      writeControl();
      written += frames.length;
      wire.write(frames, 0, frames.length);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Flushes what was written, unless the end of a turn will; true if that is all. */
  boolean flushUntouched() {
    if (!touched) {
      flushWritten();
    }
    return !touched;
  }

  private void flushWritten() {
    try {
      if (!flushing) {
        flush();
      }
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** A branch will end its turn with {@link #endTurn}. */
  void touch() {
    touched = true;
  }

  boolean isTouched() {
    return touched;
  }

  /** Flushes what was written and moves what waits. */
  void endTurn() {
    touched = false;
    drain();
    outbound.findKeys();
  }

  private void flushed() {
    outbound.release();
    if (closeWritten && !closeFlushed) {
      closeFlushed = true;
      link.onCloseFlushed();
    }
  }

  /** Whether our Close is with the operating system. */
  boolean isCloseFlushed() {
    return closeFlushed;
  }

  /** Writes up to {@link #MAX_IN_FLIGHT} bytes; false if there is nothing to write. */
  private boolean fill() {
    int room = MAX_IN_FLIGHT - written;
    while (room > 0 && !closeWritten) {
      if (!outbound.isInsideFrame()) {
        room -= writeControl();
      }
      int count = closeWritten ? 0 : outbound.transferTo(sink, Math.max(1, room));
      if (count == 0 && !oweClose()) {
        break;
      }
      room -= count;
    }
    return room < MAX_IN_FLIGHT;
  }

  private int writeControl() {
    int written = 0;
    EncodedFrame frame;
    while ((frame = protocol.pollControl()) != null) {
      written += frame.transferTo(sink, 0, frame.length());
    }
    closeWritten = protocol.isCloseSent();
    return written;
  }

  /** Once all that was accepted is out, it is time for our Close. */
  private boolean oweClose() {
    WsClosed closed = link.closed();
    if (closeWritten || closed == null || !outbound.isFinished()) {
      return false;
    }
    link.beforeOurClose();
    return protocol.sendClose(closed.code().value(), closed.reason());
  }
}
