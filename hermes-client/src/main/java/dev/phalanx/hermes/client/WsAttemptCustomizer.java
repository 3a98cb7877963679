package dev.phalanx.hermes.client;

import java.io.IOException;

/**
 * Changes what an attempt to connect asks for: a fresh token, another host. Called before each
 * attempt, the first on the thread that opens the connection, others on the connection's own
 * virtual thread. It may block; closing the connection interrupts it.
 */
@FunctionalInterface
public interface WsAttemptCustomizer {
  /**
   * The attempt as it is to be made.
   *
   * @throws IOException if it can't be made now: it counts as failed
   */
  WsAttempt customize(WsAttempt attempt) throws IOException, InterruptedException;
}
