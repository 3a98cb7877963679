package dev.phalanx.attack;

import dev.phalanx.hermes.WsConnection;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A service of the attacked application: its connections, and locks that handlers wait for. */
final class Ledger {
  private final Queue<WeakReference<WsConnection>> connections = new ConcurrentLinkedQueue<>();
  private final AtomicInteger handlers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();

  /** A handler's stay, from its first step to its last. */
  interface Stay extends AutoCloseable {
    @Override
    void close();
  }

  /** A handler begins. */
  Stay enters(WsConnection connection) {
    connections.removeIf(known -> known.get() == null || !known.get().isOpen());
    connections.add(new WeakReference<>(connection));
    handlers.incrementAndGet();
    return handlers::decrementAndGet;
  }

  /** How many handlers run. */
  int handlers() {
    return handlers.get();
  }

  /** Those that are open. */
  List<WsConnection> connections() {
    return connections.stream()
        .map(WeakReference::get)
        .filter(Objects::nonNull)
        .filter(WsConnection::isOpen)
        .toList();
  }

  /** Holds the lock for a moment. */
  void waitsForALock() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Thread.sleep(1);
    } finally {
      lock.unlock();
    }
  }

  /** Holds the monitor for a moment. */
  synchronized void waitsForAMonitor() throws InterruptedException {
    wait(1);
  }
}
