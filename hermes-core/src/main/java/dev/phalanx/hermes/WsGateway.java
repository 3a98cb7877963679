package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.aegis.ForbiddenException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Connections, and topics to publish to them. A service of every application: name it in a
 * handler's constructor. Every method may be called from any thread, and none ever waits for a
 * peer. A publisher may be held up for a moment, a second at most, when it is quicker than the
 * event loops.
 *
 * <p>A connection that closes is taken out, with its subscriptions, by a virtual thread; the counts
 * never include a connection that had gone before they were asked for. Besides, the gateway holds
 * connections weakly: one that is forgotten without having been closed is collected all the same.
 *
 * <p>Order. Of what one thread publishes to a topic, all subscribers see one order; and what one
 * thread publishes and then sends reaches a subscriber in that order. Nothing that is published
 * after {@link #unsubscribe} has returned is queued for the connection, and nothing that is
 * published after {@link #subscribe} has returned is missed.
 *
 * <p>Each {@link Subscription} chooses what happens to a subscriber that reads too slowly. By
 * default the connection is closed with 1013 (try again later). {@link #overflows} counts these
 * connections, and {@link #drops()} counts the messages that were not queued, or not kept.
 */
public final class WsGateway {
  private final Members members;
  private final Topics topics = new Topics();
  private final Hooks hooks = new Hooks();
  private final Retained retained;
  private final Subscriptions subscriptions;
  private final Publishing publishing;
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
    this.subscriptions = new Subscriptions(members, topics, retained, hooks);
    this.publishing = new Publishing(members, topics, retained);
  }

  /**
   * Adds a hook, which is called for all subscriptions from now on. Hooks are called in the order
   * in which they were added.
   *
   * @return removes the hook; a call that is under way when it is removed is completed
   */
  public Registration addHook(SubscriptionHook hook) {
    return hooks.add(hook);
  }

  // ---- connections ----

  /** Makes a connection known, so that {@link #broadcast} reaches it. */
  public void register(WsConnection connection) {
    subscriptions.member(connection);
  }

  /** Takes a connection out, with its subscriptions. Closing it does the same. */
  public void unregister(WsConnection connection) {
    subscriptions.unregister(connection);
  }

  /** The connection has gone. Never waits: an event loop calls it. */
  void forget(Link link) {
    subscriptions.forget(link);
  }

  // ---- subscriptions ----

  /**
   * Subscribes a connection to topics, by their names; as {@link #subscribe(WsConnection,
   * Subscription, Subscription...)}.
   *
   * @throws ForbiddenException if a hook refuses it
   */
  public void subscribe(WsConnection connection, String... topics) {
    Member member = subscriptions.member(connection);
    for (String topic : topics) {
      subscriptions.subscribe(connection, member, Subscription.to(topic));
    }
  }

  /**
   * Subscribes a connection; registers it, if it isn't yet. Does nothing once it is gone. Where it
   * has subscribed by the same name or pattern, the new subscription's policy and limits hold from
   * now on. A connection with several matching subscriptions receives each message once.
   *
   * @throws ForbiddenException if a hook refuses it; what stands before it holds
   */
  public void subscribe(WsConnection connection, Subscription first, Subscription... more) {
    Member member = subscriptions.member(connection);
    subscriptions.subscribe(connection, member, first);
    for (Subscription subscription : more) {
      subscriptions.subscribe(connection, member, subscription);
    }
  }

  /**
   * Ends subscriptions of a connection, by the names or patterns that they have. Where it has one
   * to a topic and one by a pattern that look the same, it ends both.
   */
  public void unsubscribe(WsConnection connection, String... names) {
    subscriptions.unsubscribe(connection, names);
  }

  // ---- publishing ----

  /**
   * Publishes a message to all subscribers of a topic. {@link #count(String)} tells how many
   * connections have subscribed by that name, and {@link #drops()} counts messages that subscribers
   * missed because they read too slowly.
   *
   * @param topic its name, taken literally
   * @throws IllegalArgumentException if the message is a Close
   */
  public void publish(String topic, WsMessage message) {
    publish(topic, message, null);
  }

  /**
   * Publishes a message to all subscribers of a topic but one, usually its sender; else as {@link
   * #publish(String, WsMessage)}.
   */
  public void publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    subscriptions.purge();
    publishing.publish(topic, message, exclude);
  }

  /**
   * Publishes to all subscribers of a topic, and retains it as the topic's last value: who
   * subscribes later hears it first, until it is replaced or {@linkplain #clearRetained cleared}.
   * Else as {@link #publish(String, WsMessage)}.
   *
   * @throws IllegalStateException if {@link GatewayConfig#retainedTopics} or {@link
   *     GatewayConfig#retainedBytes} is reached; then it was not published
   */
  public void publishRetained(String topic, WsMessage message) {
    publishRetained(topic, message, null);
  }

  /** The same, to all subscribers but one. */
  public void publishRetained(String topic, WsMessage message, @Nullable WsConnection exclude) {
    subscriptions.purge();
    publishing.publishRetained(topic, message, exclude);
  }

  /**
   * Publishes a message to every connection that is known.
   *
   * @throws IllegalArgumentException if the message is a Close
   */
  public void broadcast(WsMessage message) {
    subscriptions.purge();
    publishing.broadcast(message);
  }

  /** The value that is retained of a topic; null if none is. */
  public @Nullable WsMessage retained(String topic) {
    return retained.value(topic);
  }

  /** Forgets the value that is retained of a topic. */
  public void clearRetained(String topic) {
    publishing.clearRetained(topic);
  }

  // ---- counts ----

  /** How many connections are known. */
  public int count() {
    subscriptions.settle();
    return members.size();
  }

  /** How many topics and patterns have subscribers. */
  public int topicCount() {
    subscriptions.settle();
    return topics.size();
  }

  /** How many have subscribed by a name, or by a pattern. */
  public int count(String name) {
    subscriptions.settle();
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
    Member member = members.find(connection.id());
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
