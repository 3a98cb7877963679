package dev.phalanx.hermes;

import dev.phalanx.aegis.ForbiddenException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections, and topics to publish to them. A service of every application: name it in a
 * handler's constructor. Every method may be called from any thread, and none ever waits for a
 * peer. A publisher may be held up for a moment, a second at most, when it is quicker than the
 * event loops.
 *
 * <p>A connection that closes is taken out, with its subscriptions. Besides, the gateway holds
 * connections weakly: one that is forgotten without having been closed is collected all the same.
 *
 * <p>Order. Of what one thread publishes to a topic, all subscribers see one order; and what one
 * thread publishes and then sends reaches a subscriber in that order. Nothing that is published
 * after {@link #unsubscribe} has returned is queued for the connection, and nothing that is
 * published after {@link #subscribe} has returned is missed.
 *
 * <p>What becomes of a subscriber that reads too slowly is its {@link Subscription}'s to say. By
 * default it is closed with 1008; {@link #overflows} counts these, and {@link #drops()} the
 * messages that were not queued, or not kept, for any.
 */
public final class WsGateway {
  private final Members members;
  private final Topics topics = new Topics();
  private final List<SubscriptionHook> hooks = new CopyOnWriteArrayList<>();
  private final Retained retained;
  private final Budget budget;
  private final LongAdder overflows = new LongAdder();
  private final LongAdder drops = new LongAdder();

  /** An empty gateway; applications bring one along as a service. */
  public WsGateway() {
    this(GatewayConfig.defaults());
  }

  /** An empty gateway with other limits. */
  public WsGateway(GatewayConfig config) {
    this(config, Branch.EFFORT_PER_TURN);
  }

  WsGateway(GatewayConfig config, int effortPerTurn) {
    this.members = new Members(this, effortPerTurn);
    this.retained = new Retained(config.retainedTopics(), config.retainedBytes());
    this.budget = new Budget(config.waitingBytes(), members::branches);
  }

  /** Has a hook hear of all subscriptions from now on; in the order in which they were added. */
  public void addHook(SubscriptionHook hook) {
    hooks.add(hook);
  }

  // ---- connections ----

  /** Makes a connection known, so that {@link #broadcast} reaches it. */
  public void register(WsConnection connection) {
    member(connection);
  }

  /** Takes a connection out, with its subscriptions. Closing it does the same. */
  public void unregister(WsConnection connection) {
    Member member = members.remove(connection.id());
    if (member != null) {
      left(connection, takeOut(member));
    }
  }

  private Member member(WsConnection connection) {
    purge();
    return members.of(connection);
  }

  /** The connection has gone. Never blocks: an event loop calls it. */
  void forget(String id) {
    Member member = members.remove(id);
    if (member != null) {
      Link link = member.get();
      WsConnection connection = link == null ? null : link.connection();
      List<Seat> ended = takeOut(member);
      if (connection != null) {
        announce(id, ended, () -> left(connection, ended));
      }
    }
  }

  /** Takes out those who are forgotten. What is left of them for hooks is their name. */
  private void purge() {
    members.purge(member -> {
      List<Seat> ended = takeOut(member);
      announce(
          member.id, ended, () -> tell(ended, (hook, its) -> hook.onForgotten(member.id, its)));
    });
  }

  /** Hooks hear of what has ended by itself: not on the thread that has found it. */
  private void announce(String id, List<Seat> ended, Runnable words) {
    if (!hooks.isEmpty() && !ended.isEmpty()) {
      Thread.ofVirtual().name("unsubscribed " + id).start(words);
    }
  }

  /** Takes a member out; the seats of whose end hooks are to hear. */
  private List<Seat> takeOut(Member member) {
    synchronized (member) {
      member.isOut = true;
      List<Seat> ended = member.seats();
      ended.forEach(topics::leave);
      ended.removeIf(seat -> !seat.ended());
      member.branch.everyone().exit(Demand.of(member, member.seat.subscription));
      member.branch.give(new Step.Gone(member));
      return ended;
    }
  }

  // ---- subscriptions ----

  /**
   * Subscribes a connection to topics, by their names; as {@link #subscribe(WsConnection,
   * Subscription, Subscription...)}.
   *
   * @throws ForbiddenException if a hook refuses it
   */
  public void subscribe(WsConnection connection, String... topics) {
    Member member = member(connection);
    for (String topic : topics) {
      subscribe(connection, member, Subscription.to(topic));
    }
  }

  /**
   * Subscribes a connection; registers it, if it isn't yet. Does nothing once it is gone. Where it
   * has subscribed by the same name or pattern, the new subscription's policy and limits hold from
   * now on. Who hears a topic by several subscriptions gets a message once.
   *
   * @throws ForbiddenException if a hook refuses it; what stands before it holds
   */
  public void subscribe(WsConnection connection, Subscription first, Subscription... more) {
    Member member = member(connection);
    subscribe(connection, member, first);
    for (Subscription subscription : more) {
      subscribe(connection, member, subscription);
    }
  }

  private void subscribe(WsConnection connection, Member member, Subscription subscription) {
    hooks.forEach(hook -> hook.beforeSubscribe(connection, subscription));
    Seat seat = newSeat(member, subscription);
    if (seat != null) {
      try {
        hooks.forEach(hook -> hook.onSubscribe(connection, subscription));
      } finally {
        if (seat.announced()) { // it has gone meanwhile, and hooks hear of that after this
          left(connection, List.of(seat));
        }
      }
    }
  }

  /** The seat that a member takes; null if it has gone, or had it already. */
  private @Nullable Seat newSeat(Member member, Subscription subscription) {
    member.branch.awaitRoom(); // steps of any kind pile up on a lane that is behind
    synchronized (member) {
      if (member.isOut) {
        return null;
      }
      Seat known = member.seat(subscription);
      if (known == null) {
        return topics.join(member, subscription, retained);
      }
      if (!known.subscription.equals(subscription)) {
        topics.change(known, subscription);
      }
      return null;
    }
  }

  /**
   * Ends subscriptions of a connection, by the names or patterns that they have. Where it has one
   * to a topic and one by a pattern that look the same, it ends both.
   */
  public void unsubscribe(WsConnection connection, String... names) {
    Member member = members.find(connection);
    if (member == null) {
      return;
    }
    member.branch.awaitRoom();
    List<Seat> ended = new ArrayList<>(names.length);
    synchronized (member) {
      for (String name : names) {
        for (Seat seat : member.isOut ? List.<Seat>of() : member.leave(name)) {
          topics.leave(seat);
          member.branch.give(new Step.Leave(seat));
          if (seat.ended()) {
            ended.add(seat);
          }
        }
      }
    }
    left(connection, ended);
  }

  private void left(WsConnection connection, List<Seat> ended) {
    tell(ended, (hook, its) -> hook.onUnsubscribe(connection, its));
  }

  private void tell(List<Seat> ended, BiConsumer<SubscriptionHook, Subscription> words) {
    for (SubscriptionHook hook : hooks) {
      ended.forEach(seat -> words.accept(hook, seat.subscription));
    }
  }

  // ---- publishing ----

  /**
   * Publishes to all subscribers of a topic.
   *
   * @param topic its name, taken literally
   * @return to how many connections it was handed, those included that are about to go; once, who
   *     hears it by several subscriptions. What is dropped later is counted elsewhere
   * @throws IllegalArgumentException if the message is a Close
   */
  public int publish(String topic, WsMessage message) {
    return publish(topic, message, null);
  }

  /**
   * Publishes to all subscribers of a topic but one, usually the one who said it; else as {@link
   * #publish(String, WsMessage)}.
   */
  public int publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    purge();
    return deliver(topic, message, exclude, false);
  }

  /**
   * Publishes to all subscribers of a topic, and retains it as the topic's last value: who
   * subscribes later hears it first, until it is replaced or {@linkplain #clearRetained cleared}.
   * Else as {@link #publish(String, WsMessage)}.
   *
   * @throws IllegalStateException if {@link GatewayConfig#retainedTopics} or {@link
   *     GatewayConfig#retainedBytes} is reached; then it was not published
   */
  public int publishRetained(String topic, WsMessage message) {
    return publishRetained(topic, message, null);
  }

  /** The same, to all subscribers but one. */
  public int publishRetained(String topic, WsMessage message, @Nullable WsConnection exclude) {
    purge();
    return deliver(topic, message, exclude, true);
  }

  private int deliver(
      String topic, WsMessage message, @Nullable WsConnection exclude, boolean retain) {
    Publication publication = new Publication(message);
    Delivery delivery = new Delivery(topics, topic, publication);
    Member excluded = exclude == null ? null : members.find(exclude);
    if (!retain) {
      return delivery.find().prepare(excluded).hand();
    }
    delivery.find().prepare(excluded); // not under the locks: it may wait
    int[] count = {0};
    synchronized (retained) {
      topics.atomically(
          topic,
          first -> {
            retained.put(topic, publication);
            count[0] = delivery.find(first).hand();
          });
    }
    return count[0];
  }

  /**
   * Publishes to every connection that is known.
   *
   * @return to how many it was handed
   * @throws IllegalArgumentException if the message is a Close
   */
  public int broadcast(WsMessage message) {
    purge();
    Publication publication = new Publication(message);
    List<Branch> branches = members.branches();
    for (Branch branch : branches) {
      branch.everyone().prepare(publication);
      branch.awaitRoom();
    }
    int count = 0;
    for (Branch branch : branches) {
      count += Delivery.hand(branch.everyone(), List.of(), publication, null);
    }
    return count;
  }

  /** The value that is retained of a topic; null if none is. */
  public @Nullable WsMessage retained(String topic) {
    return retained.value(topic);
  }

  /** Forgets the value that is retained of a topic. */
  public void clearRetained(String topic) {
    synchronized (retained) {
      topics.atomically(topic, first -> retained.remove(topic));
    }
  }

  // ---- counts ----

  /** How many connections are known. */
  public int count() {
    purge();
    return members.size();
  }

  /** How many topics and patterns have subscribers. */
  public int topicCount() {
    purge();
    return topics.size();
  }

  /** How many have subscribed by a name, or by a pattern. */
  public int count(String name) {
    purge();
    return topics.count(name);
  }

  /** How many values are retained. */
  public int retainedCount() {
    return retained.size();
  }

  /** How many subscribers were closed because they read too slowly. */
  public long overflows() {
    return overflows.sum();
  }

  /** How many messages were dropped, for all subscribers that there were. */
  public long drops() {
    return drops.sum();
  }

  /**
   * How many messages were dropped for the subscribers of a topic or pattern, since it has any: the
   * count ends with the last of them on an event loop.
   */
  public long drops(String name) {
    return topics.drops(name);
  }

  /** How many messages were dropped for a connection; 0 once it is not known any more. */
  public long drops(WsConnection connection) {
    Member member = members.find(connection);
    return member == null ? 0 : member.drops();
  }

  /** Bytes that wait for subscribers: see {@link GatewayConfig#waitingBytes}. */
  public long waitingBytes() {
    return budget.waiting();
  }

  Budget budget() {
    return budget;
  }

  void overflowed() {
    overflows.increment();
  }

  void dropped() {
    drops.increment();
  }
}
