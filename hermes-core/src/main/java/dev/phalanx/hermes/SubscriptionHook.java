package dev.phalanx.hermes;

import dev.phalanx.aegis.ForbiddenException;

/**
 * Hears of a gateway's subscriptions: to refuse some, or to announce who comes and goes. Called
 * without any lock, on the thread that subscribes or unsubscribes; when a connection has gone, on a
 * virtual thread of its own. Of each subscription it hears once that it began, and then once that
 * it has ended.
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

  /**
   * A subscription has ended with a connection that was collected without having been closed, so
   * that there is none to show: a wire was dropped without a word, as one in memory may be. It is
   * found out when the gateway is next used.
   *
   * @param connectionId its {@link WsConnection#id()}
   */
  default void onForgotten(String connectionId, Subscription subscription) {}
}
