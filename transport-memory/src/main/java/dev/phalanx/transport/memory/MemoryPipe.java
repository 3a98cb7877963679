package dev.phalanx.transport.memory;

import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two wires in memory, each the far end of the other, with faults on demand. Each way takes 64 KiB
 * that are not read; then the writer's flushes wait, as a socket's do. Any thread but the lane;
 * each call returns when the lane has done with it.
 */
public final class MemoryPipe {
  /** So many bytes may be on their way, as in the buffers of a socket. */
  static final int CAPACITY = 64 << 10;

  private final MemoryLane lane;
  private final End near;
  private final End far;

  /** A pipe of which neither end is open. What is sent before the other is waits for it. */
  public MemoryPipe(MemoryLane lane) {
    this.lane = lane;
    this.near = new End("near");
    this.far = new End("far");
  }

  /** The one end. */
  public End near() {
    return near;
  }

  /** The other end. */
  public End far() {
    return far;
  }

  /** Breaks the connection: both ends are told. */
  public void reset() {
    lane.run(() -> {
      near.lost(new IOException("Connection reset by peer"));
      far.lost(new IOException("Connection reset by peer"));
    });
  }

  /**
   * From now on nothing gets from one end to the other, and nobody is told: a cable is pulled. What
   * is written goes as far as the {@value #CAPACITY} bytes of a buffer.
   */
  public void cut() {
    lane.run(() -> {
      near.sent.cut();
      far.sent.cut();
    });
  }

  /** Whether both ends are closed. */
  public boolean isClosed() {
    return near.closed && far.closed;
  }

  /** One end of a pipe. */
  public final class End implements FarEnd {
    private final String name;
    private final Passage sent = new Passage(lane, this::go); // to the other end
    private @Nullable MemoryWire wire; // the lane's; null before it is open
    private long window = Long.MAX_VALUE; // the lane's: bytes that the other end still takes
    private int onTheWay; // the lane's: taken, and not yet sent
    private int swallowed; // the lane's: after the cut
    private volatile boolean closed;

    private End(String name) {
      this.name = name;
    }

    private End other() {
      return this == near ? far : near;
    }

    /**
     * Opens this end.
     *
     * @param open takes it over, on the lane, before anything is read
     */
    public void open(Function<Wire, WireHandler> open) {
      CompletableFuture<MemoryWire> made = new CompletableFuture<>();
      lane.run(() -> {
        made.complete(new MemoryWire(lane, this, open));
        wire = made.join();
        other().sent.leadTo(wire);
      });
    }

    /** From now on what is written here arrives so much later. */
    public void delay(Duration time) {
      lane.run(() -> sent.delay(time));
    }

    /** From now on what is written here arrives in pieces of random sizes. */
    public void inPieces(RandomGenerator random) {
      lane.run(() -> sent.inPieces(random));
    }

    /** A slow reader: takes so many bytes more, then none, and the other end's flushes wait. */
    public void readOnly(long bytes) {
      lane.run(() -> {
        other().window = bytes;
        other().go();
      });
    }

    /** Takes whatever comes, again. */
    public void readAll() {
      readOnly(Long.MAX_VALUE);
    }

    /** Closes this end, as a process that is killed does; the other one is told. */
    public void close() {
      lane.run(() -> lost(null));
    }

    /** Whether this end is closed, by whomever. */
    public boolean isClosed() {
      return closed;
    }

    // ---- the lane, for the wire of this end ----

    @Override
    public int take(byte[] bytes) {
      if (sent.isCut()) {
        int taken = Math.min(bytes.length, CAPACITY - swallowed);
        swallowed += taken;
        return taken;
      }
      if (other().closed) {
        lane.execute(() -> lost(new IOException("Connection reset by peer")));
        return bytes.length;
      }
      int count = Math.clamp(Math.min(window, room()), 0, bytes.length);
      if (window != Long.MAX_VALUE) {
        window -= count;
      }
      if (count > 0) {
        byte[] taken = Arrays.copyOf(bytes, count);
        onTheWay += count;
        lane.execute(() -> { // never within the writer's own turn
          onTheWay -= count;
          sent.send(taken);
        });
      }
      return count;
    }

    private long room() {
      MemoryWire reader = other().wire;
      int unread = reader == null ? 0 : reader.undelivered();
      return (long) CAPACITY - onTheWay - sent.bytes() - unread;
    }

    /** There may be room for what waits to be written. */
    private void go() {
      MemoryWire writer = wire;
      if (writer != null) {
        writer.peerReads();
      }
    }

    @Override
    public void outputHasEnded() {
      lane.execute(sent::end);
    }

    @Override
    public void wireHasClosed() {
      closed = true;
      lane.execute(sent::end); // after all that it has sent
    }

    @Override
    public void wireHasRead() {
      lane.execute(other()::go);
    }

    private void lost(@Nullable IOException why) {
      MemoryWire open = wire;
      if (open != null) {
        open.end(why);
      } else if (!closed) {
        wireHasClosed();
      }
    }

    @Override
    public String toString() {
      return name + (closed ? " end, closed" : " end");
    }
  }
}
