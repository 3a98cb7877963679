package dev.phalanx.hermes.client;

import dev.phalanx.hermes.ClientSession;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConnection;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * One of the connections of which a client's is made: the first, or one after a loss. Any thread
 * but a lane.
 *
 * @param gone when its wire is closed
 * @param received when the peer has gone, and what it sent was received, or nobody did in time
 */
record Leg(ClientSession session, CountDownLatch gone, CountDownLatch received) {
  WsConnection connection() {
    return session.connection();
  }

  /** Waits for the end, however long it takes; an interrupt is kept for later. */
  static void await(CountDownLatch end) {
    boolean interrupted = false;
    while (true) {
      try {
        end.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** How it ended, once it is gone. */
  WsClosed closed() {
    return Objects.requireNonNull(connection().closed(), "not gone yet");
  }
}
