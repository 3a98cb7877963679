package dev.phalanx.hermes;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an observer of Pongs, on a virtual thread, one at a time: a peer may send any number, so
 * while the observer is busy only the latest waits. {@link #hear} is the lane's.
 */
final class PongObserver {
  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private final Consumer<WsMessage.Pong> observer;
  private final AtomicReference<WsMessage.@Nullable Pong> latest = new AtomicReference<>();
  private final AtomicBoolean busy = new AtomicBoolean();

  PongObserver(Consumer<WsMessage.Pong> observer) {
    this.observer = observer;
  }

  void hear(WsMessage.Pong pong) {
    latest.set(pong);
    tell();
  }

  private void tell() {
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name("pong-observer").start(this::run);
    }
  }

  private void run() {
    WsMessage.Pong pong;
    while ((pong = latest.getAndSet(null)) != null) {
      try {
        observer.accept(pong);
      } catch (RuntimeException e) {
        log.error("An observer of Pongs failed", e);
      }
    }
    busy.set(false);
    if (latest.get() != null) { // heard after the last look, when this was still busy
      tell();
    }
  }
}
