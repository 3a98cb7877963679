package dev.phalanx.rfc6455;

import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Deflaters and inflaters that nobody uses just now: making one costs about as much as compressing
 * a short message. Whoever takes one owns it until it is given back, which happens exactly once;
 * what finds no room here is ended then. A deflater has about 268 KiB of native memory, an inflater
 * about 42 KiB. For any thread.
 */
public final class DeflatePool {
  private static final int LEVELS = Deflater.BEST_COMPRESSION - Deflater.DEFAULT_COMPRESSION + 1;

  private static final DeflatePool SHARED =
      new DeflatePool(Math.clamp(4L * Runtime.getRuntime().availableProcessors(), 8, 64));

  // By level, since changing a deflater's level takes effect in the midst of its next bytes.
  private final List<Idle<Deflater>> deflaters;
  private final Idle<Inflater> inflaters;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * A pool.
   *
   * @param maxIdle so many inflaters are kept, and so many deflaters of each level; at least 0
   */
  public DeflatePool(int maxIdle) {
    if (maxIdle < 0) {
      throw new IllegalArgumentException("maxIdle must be at least 0, is " + maxIdle);
    }
    this.deflaters = Stream.generate(() -> new Idle<Deflater>(maxIdle)).limit(LEVELS).toList();
    this.inflaters = new Idle<>(maxIdle);
  }

  /** The pool of the process: it keeps four of a kind for each processor, 8 to 64. */
  public static DeflatePool shared() {
    return SHARED;
  }

  Deflater takeDeflater(int level) {
    Deflater pooled = deflaters(level).poll();
    Deflater deflater = pooled == null ? new Deflater(level, true) : pooled;
    taken.incrementAndGet(); // after it: there may be no memory for one
    return deflater;
  }

  void giveBack(Deflater deflater, int level) {
    taken.decrementAndGet();
    boolean isKept = false;
    try {
      deflater.reset();
      isKept = deflaters(level).offer(deflater);
    } finally {
      if (!isKept) { // there is no room, or an Error has struck
        deflater.end();
      }
    }
  }

  private Idle<Deflater> deflaters(int level) {
    return deflaters.get(level - Deflater.DEFAULT_COMPRESSION);
  }

  Inflater takeInflater() {
    Inflater pooled = inflaters.poll();
    Inflater inflater = pooled == null ? new Inflater(true) : pooled;
    taken.incrementAndGet();
    return inflater;
  }

  void giveBack(Inflater inflater) {
    taken.decrementAndGet();
    boolean isKept = false;
    try {
      inflater.reset();
      isKept = inflaters.offer(inflater);
    } finally {
      if (!isKept) {
        inflater.end();
      }
    }
  }

  /** How many deflaters and inflaters are in use: taken and not given back. */
  public int inUse() {
    return taken.get();
  }

  /** How many deflaters and inflaters wait for use. */
  public int idle() {
    return deflaters.stream().mapToInt(Idle::size).sum() + inflaters.size();
  }

  /** A bounded stack without a lock: an event loop takes from it, and must not wait. */
  private static final class Idle<T> {
    private final int most;
    private final Deque<T> waiting = new ConcurrentLinkedDeque<>();
    private final AtomicInteger count = new AtomicInteger();

    Idle(int most) {
      this.most = most;
    }

    @Nullable T poll() {
      T found = waiting.pollLast();
      if (found != null) {
        count.decrementAndGet();
      }
      return found;
    }

    /** False if there is no room. */
    boolean offer(T back) {
      if (count.incrementAndGet() > most) {
        count.decrementAndGet();
        return false;
      }
      boolean isAdded = false;
      try {
        waiting.addLast(back);
        isAdded = true;
      } finally {
        if (!isAdded) { // no memory: else its place would be taken for ever
          count.decrementAndGet();
        }
      }
      return true;
    }

    int size() {
      return count.get();
    }
  }
}
