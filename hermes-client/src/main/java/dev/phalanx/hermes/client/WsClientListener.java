package dev.phalanx.hermes.client;

import dev.phalanx.hermes.WsMessage;

/**
 * Hears what happens to a client's connection. Called on virtual threads, one call at a time for
 * each connection but for {@link #onDropped}; may block, and holds the connection's own steps up if
 * it does. What it throws is logged.
 */
public interface WsClientListener {
  /** Why a message that was accepted will not be sent. */
  enum Drop {
    /** A newer message took its room in the buffer. */
    OLDEST,
    /** It was being written when the connection was lost: the peer may have it, or not. */
    IN_DOUBT
  }

  /** The connection is in another state now. */
  default void onState(WsClientState state) {}

  /**
   * A message that was accepted will not be sent, though the connection lives on. What is left when
   * it is over is in {@link WsClientConnection#unsent}.
   */
  default void onDropped(WsMessage message, Drop why) {}

  /** Hears nothing. */
  static WsClientListener none() {
    return new WsClientListener() {};
  }
}
