package dev.phalanx.transport.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One way of a connection, and what happens to bytes on it: they may be late, come in pieces, or
 * not at all. Their order stays. Lane-confined.
 */
final class Passage {
  /** The most bytes of a piece, when they come in pieces. */
  private static final int MAX_PIECE = 16;

  /** Where it leads to. */
  interface Destination {
    void arrive(byte[] bytes);

    /** No more comes. */
    void endInput();

    /** The other end has closed. */
    default void endAll() {}
  }

  private final MemoryLane lane;
  private final Runnable whenDelivered;
  private final Queue<Passing> passing = new ArrayDeque<>();
  private @Nullable Destination destination; // null before it is there, and once it is forgotten
  private Duration delay = Duration.ZERO;
  private @Nullable RandomGenerator pieces; // null: as they were sent
  private boolean cut;
  private int bytes;

  /**
   * A way that leads nowhere yet.
   *
   * @param whenDelivered something has arrived, so that there may be room for more
   */
  Passage(MemoryLane lane, Runnable whenDelivered) {
    this.lane = lane;
    this.whenDelivered = whenDelivered;
  }

  /** What arrives, of how many bytes, and when. */
  private record Passing(Consumer<Destination> arrival, int bytes, long at) {}

  void leadTo(@Nullable Destination other) {
    destination = other;
    deliver();
  }

  /** From now on what is sent arrives so much later. */
  void delay(Duration time) {
    delay = time;
  }

  /** From now on what is sent arrives in pieces of random sizes; null: as it was sent. */
  void inPieces(@Nullable RandomGenerator random) {
    pieces = random;
  }

  /** From now on nothing arrives any more, and nobody is told. */
  void cut() {
    cut = true;
    passing.clear();
    bytes = 0;
  }

  boolean isCut() {
    return cut;
  }

  /** How many bytes are on their way. */
  int bytes() {
    return bytes;
  }

  void send(byte[] sent) {
    RandomGenerator random = pieces;
    if (random == null) {
      add(to -> to.arrive(sent), sent.length);
    } else {
      for (int from = 0; from < sent.length; ) {
        int to = Math.min(sent.length, from + random.nextInt(1, MAX_PIECE + 1));
        byte[] piece = Arrays.copyOfRange(sent, from, to);
        add(there -> there.arrive(piece), piece.length);
        from = to;
      }
    }
    deliver();
  }

  void end() {
    add(Destination::endInput, 0);
    deliver();
  }

  /** The end, after all that was sent; at once where nothing arrives any more. */
  void close(Destination to) {
    if (cut) {
      to.endAll();
    } else {
      add(Destination::endAll, 0);
      deliver();
    }
  }

  private void add(Consumer<Destination> arrival, int size) {
    if (!cut) {
      passing.add(new Passing(arrival, size, lane.nanoTime() + delay.toNanos()));
      bytes += size;
      if (delay.isPositive()) {
        lane.schedule(this::deliver, delay);
      }
    }
  }

  private void deliver() {
    boolean delivered = false;
    Passing next;
    while (destination != null
        && (next = passing.peek()) != null
        && next.at - lane.nanoTime() <= 0) {
      passing.remove();
      bytes -= next.bytes;
      next.arrival.accept(destination);
      delivered = true;
    }
    if (delivered) {
      whenDelivered.run();
    }
  }
}
