package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Those who hear of a gateway's subscriptions. Called without any lock; any thread. */
final class Hooks {
  /** A hook that was added: one may be added twice, and each time is removed by itself. */
  private static final class Added {
    final SubscriptionHook hook;

    Added(SubscriptionHook hook) {
      this.hook = hook;
    }
  }

  private final List<Added> all = new CopyOnWriteArrayList<>();

  /** Adds a hook; what removes it again. */
  Registration add(SubscriptionHook hook) {
    Added added = new Added(hook);
    all.add(added);
    return () -> all.remove(added);
  }

  /** A connection is about to subscribe; throws what a hook throws. */
  void before(WsConnection connection, Subscription subscription) {
    all.forEach(added -> added.hook.beforeSubscribe(connection, subscription));
  }

  /** A subscription has begun; if it has ended meanwhile, that is told after this. */
  void began(WsConnection connection, Subscription subscription, Seat seat) {
    try {
      all.forEach(added -> added.hook.onSubscribe(connection, subscription));
    } finally {
      if (seat.announced()) {
        ended(connection, List.of(seat));
      }
    }
  }

  /** Subscriptions have ended. */
  void ended(WsConnection connection, List<Seat> seats) {
    tell(seats, (hook, its) -> hook.onUnsubscribe(connection, its));
  }

  /** The same with their connection, on a thread of its own. */
  void gone(WsConnection connection, List<Seat> seats) {
    start(connection.id(), seats, () -> ended(connection, seats));
  }

  /** The same with a connection that was collected; what is left of it is its id. */
  void forgotten(String id, List<Seat> seats) {
    start(id, seats, () -> tell(seats, (hook, its) -> hook.onForgotten(id, its)));
  }

  private void start(String id, List<Seat> seats, Runnable words) {
    if (!all.isEmpty() && !seats.isEmpty()) {
      Thread.ofVirtual().name("unsubscribed " + id).start(words);
    }
  }

  private void tell(List<Seat> seats, BiConsumer<SubscriptionHook, Subscription> words) {
    for (Added added : all) {
      seats.forEach(seat -> words.accept(added.hook, seat.subscription));
    }
  }
}
