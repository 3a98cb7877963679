package dev.phalanx.hermes;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of Pongs one after the other, on a virtual thread that lives while there are any. Bounded,
 * for it is the peer who sends them: beyond {@link #MAX_WAITING} they are dropped.
 */
final class PongObserver {
  static final int MAX_WAITING = 64;

  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private final String id;
  private final Consumer<WsMessage.Pong> observer;
  private final Queue<WsMessage.Pong> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger(); // the one that is being told, too

  PongObserver(String id, Consumer<WsMessage.Pong> observer) {
    this.id = id;
    this.observer = observer;
  }

  /** The lane's alone. */
  void offer(byte[] payload) {
    if (count.get() < MAX_WAITING) {
      waiting.add(WsMessage.pong(payload));
      if (count.getAndIncrement() == 0) {
        Thread.ofVirtual().name("pong " + id).start(this::tell);
      }
    }
  }

  private void tell() {
    do {
      try {
        observer.accept(waiting.remove());
      } catch (RuntimeException | Error e) { // of the user's
        log.error("The pong observer of connection {} failed", id, e);
      }
    } while (count.decrementAndGet() > 0);
  }
}
