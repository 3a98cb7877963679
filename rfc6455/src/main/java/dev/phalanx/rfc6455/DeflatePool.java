package dev.phalanx.rfc6455;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Deflaters and inflaters that nobody uses just now: making one costs about as much as compressing
 * a short message. Whoever takes one owns it until it is given back, which happens exactly once;
 * what finds no room here is ended then. A deflater has about 268 KiB of native memory, an inflater
 * about 42 KiB. For any thread.
 */
public final class DeflatePool {
  private static final DeflatePool SHARED =
      new DeflatePool(Math.clamp(4L * Runtime.getRuntime().availableProcessors(), 8, 64));

  private final int maxIdle;
  // By level, since changing a deflater's level takes effect in the midst of its next bytes.
  private final Map<Integer, ArrayDeque<Deflater>> deflaters = new HashMap<>(); // guarded by itself
  private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>(); // guarded by itself
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
    this.maxIdle = maxIdle;
  }

  /** The pool of the process: it keeps four of a kind for each processor, 8 to 64. */
  public static DeflatePool shared() {
    return SHARED;
  }

  Deflater takeDeflater(int level) {
    Deflater pooled;
    synchronized (deflaters) {
      pooled = deflaters.computeIfAbsent(level, none -> new ArrayDeque<>()).pollLast();
    }
    taken.incrementAndGet();
    return pooled == null ? new Deflater(level, true) : pooled;
  }

  void giveBack(Deflater deflater, int level) {
    taken.decrementAndGet();
    deflater.reset();
    synchronized (deflaters) {
      ArrayDeque<Deflater> same = deflaters.computeIfAbsent(level, none -> new ArrayDeque<>());
      if (same.size() < maxIdle) {
        same.addLast(deflater);
        return;
      }
    }
    deflater.end();
  }

  Inflater takeInflater() {
    Inflater pooled;
    synchronized (inflaters) {
      pooled = inflaters.pollLast();
    }
    taken.incrementAndGet();
    return pooled == null ? new Inflater(true) : pooled;
  }

  void giveBack(Inflater inflater) {
    taken.decrementAndGet();
    inflater.reset();
    synchronized (inflaters) {
      if (inflaters.size() < maxIdle) {
        inflaters.addLast(inflater);
        return;
      }
    }
    inflater.end();
  }

  /** How many deflaters and inflaters are in use: taken and not given back. */
  public int inUse() {
    return taken.get();
  }

  /** How many deflaters and inflaters wait for use. */
  public int idle() {
    int idle;
    synchronized (deflaters) {
      idle = deflaters.values().stream().mapToInt(ArrayDeque::size).sum();
    }
    synchronized (inflaters) {
      return idle + inflaters.size();
    }
  }
}
