package dev.phalanx.transport.memory;

import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a wire: what a test says as the peer, what it has heard, and the faults it makes.
 * Any thread but the lane; each call returns when the lane has done with it.
 */
public final class MemoryPeer {
  private final MemoryLane lane;
  private final Passage said; // from here to the wire
  private final Passage hearing; // from the wire to here
  private final Ear ear = new Ear();
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream(); // guarded by this
  private long window = Long.MAX_VALUE; // guarded by this: bytes that it still takes
  private boolean outputEnded; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable MemoryWire wire; // null once it is forgotten

  private MemoryPeer(MemoryLane lane) {
    this.lane = lane;
    this.said = new Passage(lane, () -> {});
    this.hearing = new Passage(lane, () -> {});
    this.hearing.leadTo(ear);
  }

  /**
   * Opens a wire on a lane.
   *
   * @param open takes the near end over, on the lane, before anything is read
   */
  public static MemoryPeer connect(MemoryLane lane, Function<Wire, WireHandler> open) {
    MemoryPeer peer = new MemoryPeer(lane);
    CompletableFuture<MemoryWire> near = new CompletableFuture<>();
    lane.run(() -> near.complete(new MemoryWire(lane, peer.new Far(), open)));
    MemoryWire wire = near.join();
    lane.run(() -> {
      peer.wire = wire;
      peer.said.leadTo(wire);
    });
    return peer;
  }

  /** Sends bytes, which arrive in one read, unless {@link #inPieces} was said. */
  public void send(byte[] bytes) {
    onWire(near -> said.send(bytes.clone()));
  }

  /** Sends bytes, which arrive in reads of random sizes. */
  public void sendInPieces(byte[] bytes, RandomGenerator random) {
    int from = 0;
    while (from < bytes.length) {
      int to = Math.min(bytes.length, from + random.nextInt(1, 16));
      send(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
  }

  /** Everything that has come from the near end and wasn't asked for before. */
  public synchronized byte[] receive() {
    byte[] bytes = heard.toByteArray();
    heard.reset();
    return bytes;
  }

  /**
   * Waits until there is something to {@link #receive}, or nothing more will come.
   *
   * @return whether there is; false if the time is over, too
   */
  public boolean awaitBytes(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (this) {
      long left = limit.toNanos();
      while (heard.size() == 0 && !closed && !outputEnded && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
      return heard.size() > 0;
    }
  }

  /** Takes so many bytes more, then none: the near end's flushes wait. */
  public void readOnly(long bytes) {
    synchronized (this) {
      window = bytes;
    }
    onWire(MemoryWire::peerReads);
  }

  /** Takes whatever comes, again. */
  public void readAll() {
    readOnly(Long.MAX_VALUE);
  }

  /** Sends no more, and still takes what comes. */
  public void endOutput() {
    onWire(near -> said.end());
  }

  /** Ends the connection in good order, without any word of the protocol above. */
  public void close() {
    onWire(near -> near.end(null));
  }

  /** Breaks the connection. */
  public void reset() {
    onWire(near -> near.end(new IOException("Connection reset by peer")));
  }

  /** From now on what is sent here arrives in reads of random sizes. */
  public void inPieces(RandomGenerator random) {
    onWire(near -> said.inPieces(random));
  }

  /** From now on what either end sends arrives so much later. */
  public void delay(Duration time) {
    onWire(near -> {
      said.delay(time);
      hearing.delay(time);
    });
  }

  /**
   * From now on nothing gets from one end to the other, and nobody is told: a cable is pulled. What
   * the near end writes goes as far as the 64 KiB of a buffer.
   */
  public void cut() {
    onWire(near -> {
      said.cut();
      hearing.cut();
      synchronized (this) {
        window = Math.min(window, MemoryPipe.CAPACITY);
      }
    });
  }

  /** The connection is gone, and nobody is told: no event, no reference is left here. */
  public void vanish() {
    lane.run(() -> {
      wire = null;
      said.leadTo(null);
    });
  }

  /** Whether the near end has said that it sends no more. */
  public synchronized boolean isOutputEnded() {
    return outputEnded;
  }

  /** Whether the wire is closed, by either end. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Whether the near end has stopped reading. */
  public boolean isPaused() {
    boolean[] paused = {false};
    onWire(near -> paused[0] = near.isPaused());
    return paused[0];
  }

  private void onWire(Consumer<MemoryWire> action) {
    lane.run(() -> {
      MemoryWire near = wire;
      if (near != null) {
        action.accept(near);
      }
    });
  }

  /** What the wire sees of this. */
  private final class Far implements FarEnd {
    @Override
    public int take(byte[] bytes) {
      int count;
      synchronized (MemoryPeer.this) {
        count = (int) Math.min(window, bytes.length);
        if (window != Long.MAX_VALUE) {
          window -= count;
        }
      }
      hearing.send(Arrays.copyOf(bytes, count));
      return count;
    }

    @Override
    public void outputHasEnded() {
      hearing.end();
    }

    @Override
    public void wireHasClosed() {
      hearing.close(ear);
    }
  }

  /** Where what the wire has sent arrives. */
  private final class Ear implements Passage.Destination {
    @Override
    public void arrive(byte[] bytes) {
      synchronized (MemoryPeer.this) {
        heard.writeBytes(bytes);
        MemoryPeer.this.notifyAll();
      }
    }

    @Override
    public void endInput() {
      synchronized (MemoryPeer.this) {
        outputEnded = true;
        MemoryPeer.this.notifyAll();
      }
    }

    @Override
    public void endAll() {
      synchronized (MemoryPeer.this) {
        closed = true;
        MemoryPeer.this.notifyAll();
      }
    }
  }
}
