package dev.phalanx.hermes;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of Pings, or of Pongs, one after the other, on a virtual thread that lives while there are
 * any. Bounded, for it is the peer who sends them: beyond {@link #MAX_WAITING} they are dropped.
 */
final class ControlObserver<M extends WsMessage> {
  static final int MAX_WAITING = 64;

  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private final String what; // "ping", say
  private final String id;
  private final Consumer<M> observer;
  private final Queue<M> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger(); // the one that is being told, too

  ControlObserver(String what, String id, Consumer<M> observer) {
    this.what = what;
    this.id = id;
    this.observer = observer;
  }

  /** The lane's alone. */
  void offer(M message) {
    if (count.get() < MAX_WAITING) {
      waiting.add(message);
      if (count.getAndIncrement() == 0) {
        Thread.ofVirtual().name(what + " " + id).start(this::tell);
      }
    }
  }

  private void tell() {
    do {
      try {
        observer.accept(waiting.remove());
      } catch (RuntimeException | Error e) { // of the user's
        log.error("The {} observer of connection {} failed", what, id, e);
      }
    } while (count.decrementAndGet() > 0);
  }
}
