package dev.phalanx.hermes;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Brings a gateway back below its budget: every lane counts what waits for each of its subscribers;
 * who counts last finds the level to which the highest must come down; every lane has its own come
 * down to it, by their policies.
 */
final class Shedding {
  private final List<Branch> branches;
  private final long most;
  private final Runnable whenDone;
  private final Queue<long[]> counted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean hasEnded = new AtomicBoolean();
  private final AtomicInteger left; // branches that have not counted, then not shed

  /** To no more than so many bytes in all. */
  Shedding(List<Branch> branches, long most, Runnable whenDone) {
    this.branches = branches;
    this.most = most;
    this.whenDone = whenDone;
    this.left = new AtomicInteger(branches.size());
  }

  void begin() {
    branches.forEach(branch -> branch.give(this::count));
  }

  private void count(Branch branch) {
    orEnd(() -> {
      counted.add(branch.lags());
      if (left.decrementAndGet() == 0) {
        long level = level(counted.stream().flatMapToLong(Arrays::stream), most);
        left.set(branches.size());
        branches.forEach(each -> each.give(its -> shed(its, level)));
      }
    });
  }

  private void shed(Branch branch, long level) {
    orEnd(() -> {
      branch.shed(level);
      if (left.decrementAndGet() == 0) {
        end();
      }
    });
  }

  /** Where a lane fails, the others don't wait for it: this ends, so that another can begin. */
  private void orEnd(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  private void end() {
    if (hasEnded.compareAndSet(false, true)) {
      whenDone.run();
    }
  }

  /** The height to which the highest must come down, so that all together are no more. */
  static long level(LongStream heights, long most) {
    long[] sorted = heights.sorted().toArray();
    long rest = most;
    for (int i = 0; i < sorted.length; i++) {
      long share = rest / (sorted.length - i); // for each of those that are at least as high
      if (sorted[i] > share) {
        return share;
      }
      rest -= sorted[i];
    }
    return Long.MAX_VALUE;
  }
}
