package dev.phalanx.hermes.client;

import dev.phalanx.hermes.DeliveryConfig;
import dev.phalanx.hermes.WsMessage;
import java.io.IOException;

/**
 * Hears what happens to a client's connection. Called on virtual threads, one call at a time for
 * each connection but for {@link #onDropped} with {@link Drop#OLDEST}, which the sending thread
 * makes; may block, and holds the connection's own steps up if it does. What it throws is logged.
 */
public interface WsClientListener {
  /** Why a message that was accepted will not be sent by this connection any more. */
  enum Drop {
    /** Not sent: a newer message took its room in the buffer. */
    OLDEST,
    /** Not sent: the connection was lost, and {@link ReconnectPolicy#replay} is off. */
    NOT_SENT,
    /**
     * Unknown: it was written, and no Pong had confirmed it when the connection was lost; the
     * server may have it, or not. {@link DeliveryConfig} says how messages are confirmed.
     */
    IN_DOUBT
  }

  /** The connection is in another state now. */
  default void onState(WsClientState state) {}

  /**
   * A message that was accepted will not be sent any more, though the connection lives on. What is
   * left when it is over is in {@link WsClientConnection#unsent}.
   */
  default void onDropped(WsMessage message, Drop why) {}

  /**
   * So many more messages are in doubt, written before those that {@link #onDropped} names with
   * {@link Drop#IN_DOUBT}. They are no longer kept: see {@link DeliveryConfig#maxMessages}.
   */
  default void onForgotten(long messages) {}

  /**
   * So many received messages were dropped, since nobody has taken them from {@link
   * WsClientConnection#inbound}: what the last 16 sockets brought is kept, and no more.
   */
  default void onUnread(long messages) {}

  /**
   * The connection is not dialled any more, and will be {@link WsClientState#CLOSED}.
   *
   * @param lastFailure why, by the last attempt; the same as {@link WsClientConnection#failure}
   */
  default void onGivenUp(IOException lastFailure) {}

  /** Hears nothing. */
  static WsClientListener none() {
    return new WsClientListener() {};
  }
}
