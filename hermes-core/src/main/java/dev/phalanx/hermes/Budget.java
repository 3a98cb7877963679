package dev.phalanx.hermes;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What may wait for all subscribers of a gateway together. Beyond it, those for whom the most waits
 * pay first ({@link Shedding}); an eighth above it nothing more is queued, whoever it is for. Any
 * thread.
 */
final class Budget {
  static final String SETTING = "waitingBytes of the gateway";

  private final long most;
  private final Supplier<List<Branch>> branches;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicBoolean isShedding = new AtomicBoolean();

  Budget(long most, Supplier<List<Branch>> branches) {
    this.most = most;
    this.branches = branches;
  }

  long waiting() {
    return waiting.get();
  }

  void add(long change) {
    if (waiting.addAndGet(change) > most && change > 0 && isShedding.compareAndSet(false, true)) {
      boolean hasBegun = false;
      try {
        new Shedding(branches.get(), most - most / 4, () -> isShedding.set(false)).begin();
        hasBegun = true;
      } finally {
        if (!hasBegun) { // no memory, say: the next to add something tries again
          isShedding.set(false);
        }
      }
    }
  }

  /** The limit that stands against so many bytes more; null if there is room. */
  @Nullable String limit(int length) {
    return waiting.get() + length > most + most / 8 ? SETTING : null;
  }
}
