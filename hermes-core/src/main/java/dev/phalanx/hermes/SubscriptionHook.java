package dev.phalanx.hermes;

import dev.phalanx.aegis.ForbiddenException;

/**
 * Hears of a gateway's subscriptions: to refuse some, or to announce who comes and goes. Called
 * without any lock, on the thread that subscribes or unsubscribes; when a connection has gone, on a
 * virtual thread of its own. A connection that is forgotten without having been closed leaves
 * unannounced.
 */
public interface SubscriptionHook {
  /**
   * A connection is about to subscribe.
   *
   * @throws ForbiddenException to refuse it: {@code subscribe} throws the same, and the connection
   *     is closed with 1008 if nobody catches it
   */
  default void beforeSubscribe(WsConnection connection, Subscription subscription) {}

  /** A connection has subscribed: what is published from now on reaches it. */
  default void onSubscribe(WsConnection connection, Subscription subscription) {}

  /** A subscription has ended: by itself, or with the connection. */
  default void onUnsubscribe(WsConnection connection, Subscription subscription) {}
}
