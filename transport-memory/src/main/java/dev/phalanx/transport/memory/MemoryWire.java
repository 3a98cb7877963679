package dev.phalanx.transport.memory;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The near end of a wire in memory. Lane-confined, but for {@link #close}. */
final class MemoryWire implements Wire, Passage.Destination {
  private final MemoryLane lane;
  private final FarEnd peer;
  private final ByteArrayOutputStream turn = new ByteArrayOutputStream();
  private final Queue<byte[]> undelivered = new ArrayDeque<>(); // while reading is paused
  private final WireHandler handler;
  private int undeliveredBytes;
  private byte[] unflushed = {};
  private boolean paused;
  private boolean inputEnded;
  private boolean inputEndTold;
  private boolean closed;

  MemoryWire(MemoryLane lane, FarEnd peer, Function<Wire, WireHandler> open) {
    this.lane = lane;
    this.peer = peer;
    this.handler = open.apply(this);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public SocketAddress remoteAddress() {
    return InetSocketAddress.createUnresolved("memory", 0);
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    if (unflushed.length > 0) {
      throw new IllegalStateException("written before the last flush was done");
    }
    turn.write(bytes, offset, length);
  }

  @Override
  public boolean flush() {
    if (closed) {
      return false;
    }
    unflushed = turn.toByteArray();
    turn.reset();
    return push();
  }

  /** Passes on what the peer takes; true if that is all. */
  private boolean push() {
    int taken = peer.take(unflushed);
    unflushed = java.util.Arrays.copyOfRange(unflushed, taken, unflushed.length);
    return unflushed.length == 0;
  }

  /** The peer takes more than it did. */
  void peerReads() {
    int before = unflushed.length;
    if (closed || before == 0) {
      return;
    }
    if (push()) {
      handler.onFlushed();
    } else if (unflushed.length < before) {
      handler.onProgress();
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    while (!paused && !closed && !undelivered.isEmpty()) {
      byte[] next = undelivered.remove();
      undeliveredBytes -= next.length;
      handler.onRead(ByteBuffer.wrap(next).asReadOnlyBuffer());
    }
    tellInputEnded();
    peer.wireHasRead();
  }

  boolean isPaused() {
    return paused;
  }

  /** How many bytes have come and wait, since reading is paused. */
  int undelivered() {
    return undeliveredBytes;
  }

  @Override
  public void arrive(byte[] bytes) {
    if (paused) {
      undelivered.add(bytes);
      undeliveredBytes += bytes.length;
    } else if (!closed) {
      handler.onRead(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }
  }

  /** The peer may still listen. */
  @Override
  public void endInput() {
    inputEnded = true;
    tellInputEnded();
  }

  private void tellInputEnded() {
    if (inputEnded && !inputEndTold && !closed && undelivered.isEmpty()) {
      inputEndTold = true;
      if (!handler.onInputEnded()) {
        end(null);
      }
    }
  }

  @Override
  public void shutdownOutput() {
    if (closed) {
      return;
    }
    if (unflushed.length > 0) {
      throw new IllegalStateException("output shut down before everything was flushed");
    }
    peer.outputHasEnded();
  }

  @Override
  public void close() {
    lane.execute(() -> end(null));
  }

  /** Ends it, from either side; once. */
  void end(@Nullable Throwable cause) {
    if (!closed) {
      closed = true;
      peer.wireHasClosed();
      handler.onClosed(cause);
    }
  }
}
