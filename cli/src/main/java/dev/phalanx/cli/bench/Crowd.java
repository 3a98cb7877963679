package dev.phalanx.cli.bench;

import dev.phalanx.http.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Many connections, opened side by side and closed together. */
final class Crowd<T extends Talker> {
  /** So many are being opened at once: fewer than any server's backlog. */
  private static final int AT_ONCE = 64;

  /** After so many that can't be opened, no more are tried: each may take its time limits. */
  private static final int MAX_FAILURES = 64;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Opener opener;
  private final Faults faults;
  private final Queue<T> members = new ConcurrentLinkedQueue<>();
  private final AtomicLong failures = new AtomicLong();

  Crowd(Opener opener, Faults faults) {
    this.opener = opener;
    this.faults = faults;
  }

  /** One by itself; who it is that can't be reached is then the caller's to say. */
  T openOne(Function<Wire, ? extends T> making, LongConsumer latency)
      throws IOException, InterruptedException {
    long before = System.nanoTime();
    T opened = opener.open(making);
    latency.accept(System.nanoTime() - before);
    members.add(opened);
    return opened;
  }

  /**
   * Opens as many as are asked for, or until too many failed, which are faults.
   *
   * @param latency hears how long each took, in nanoseconds; from many threads
   */
  void open(int count, Function<Wire, ? extends T> making, LongConsumer latency)
      throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    Runnable work =
        () -> {
          while (begun.incrementAndGet() <= count && failures.get() < MAX_FAILURES) {
            tryToOpen(making, latency);
          }
        };
    List<Thread> threads =
        IntStream.range(0, Math.min(AT_ONCE, count))
            .mapToObj(i -> Thread.ofVirtual().name("bench-opener-" + i).start(work))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } finally {
      threads.forEach(Thread::interrupt); // only if we were: else they have ended
    }
  }

  private void tryToOpen(Function<Wire, ? extends T> making, LongConsumer latency) {
    try {
      openOne(making, latency);
    } catch (IOException e) {
      failures.incrementAndGet();
      faults.count(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      failures.set(MAX_FAILURES); // nobody waits any more
    }
  }

  /** Those that were opened, gone or not. */
  Collection<T> members() {
    return members;
  }

  /** Whether none is left. */
  boolean isGone() {
    return members.stream().allMatch(Talker::isOver);
  }

  /** Closes all in good order, within a limit for all of them together. */
  void close() throws InterruptedException {
    members.forEach(Talker::close);
    long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
    for (T member : members) {
      member.awaitGone(Duration.ofNanos(deadline - System.nanoTime()));
    }
  }
}
