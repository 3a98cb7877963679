package dev.phalanx.stoa;

import dev.phalanx.aegis.Stragglers;
import dev.phalanx.transport.HttpExchange;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The virtual threads of requests and sessions, one each. Any thread. */
final class RequestThreads {
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong count = new AtomicLong();

  void start(HttpExchange exchange, Runnable work) {
    Runnable tracked =
        () -> {
          try {
            work.run();
          } finally {
            running.remove(Thread.currentThread());
            exchange.closeUnanswered();
          }
        };
    Thread thread =
        Thread.ofVirtual().name("request-" + count.incrementAndGet()).unstarted(tracked);
    exchange.answeredBy(thread);
    running.add(thread);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) { // out of memory, or of threads: nobody would wait for its end in vain
        running.remove(thread);
      }
    }
  }

  /** Those that have not ended. */
  Set<Thread> running() {
    return Set.copyOf(running);
  }

  /** Whether the calling thread is one of them. */
  boolean isCurrent() {
    return running.contains(Thread.currentThread());
  }

  /**
   * Waits for all but the calling thread; those that won't end in time are interrupted, and at last
   * reported.
   *
   * @param whenLate done before they are interrupted
   */
  void awaitAll(Duration limit, Runnable whenLate) {
    List<Thread> all = running.stream().filter(thread -> thread != Thread.currentThread()).toList();
    for (Thread thread : all) {
      while (thread.getState() == Thread.State.NEW) {
        Thread.onSpinWait(); // start() is just about to start it
      }
    }
    Stragglers.awaitAll(all, limit, whenLate);
  }
}
