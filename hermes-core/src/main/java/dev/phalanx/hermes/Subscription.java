package dev.phalanx.hermes;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a connection wants to hear, and what becomes of it when it reads too slowly. Immutable;
 * {@link #to} or {@link #matching} make one, the {@code with…} methods and the policies change it.
 *
 * <p>A policy is asked only about messages that wait for the connection and of which the wire has
 * nothing yet. It drops only what came by this subscription: never what was sent to the connection,
 * nor what it hears by another subscription. Drops leave gaps and never reorder; {@link
 * WsGateway#drops()} counts them.
 *
 * @param name a topic's name, or a pattern
 * @param isPattern whether the name is a pattern, with wildcards
 * @param whenSlow what is done when more waits than may
 * @param maxMessages messages of this subscription that may wait; {@link WsConfig#outboundMessages}
 *     holds besides, for all of a connection's subscriptions
 * @param maxBytes bytes of the same; one message is admitted, whatever its size, where none waits.
 *     {@link WsConfig#outboundBytes} holds besides
 * @param gap how the subscriber is told that messages were dropped; null if it isn't
 */
public record Subscription(
    String name,
    boolean isPattern,
    SlowPolicy whenSlow,
    int maxMessages,
    int maxBytes,
    @Nullable Function<Gap, WsMessage> gap) {

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bound, or says what is wrong
   *     with a pattern
   */
  public Subscription {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(whenSlow, "whenSlow");
    if (maxMessages < 1) {
      throw new IllegalArgumentException("maxMessages must be at least 1, not " + maxMessages);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1, not " + maxBytes);
    }
    isPattern = isPattern && TopicPattern.hasWildcards(TopicPattern.check(name));
  }

  /**
   * Whether this subscription receives what is published to a topic.
   *
   * @param topic a topic's name, taken literally
   */
  public boolean covers(String topic) {
    return isPattern ? TopicPattern.matches(name, topic) : name.equals(topic);
  }

  /**
   * Whether there is a topic that this subscription covers and that a pattern matches. A hook that
   * protects some topics asks this: {@code matching(">")} and {@code matching("*.salaries")} both
   * overlap {@code staff.>}, and so does {@code to("staff.salaries")}.
   *
   * @param pattern as in {@link #matching}
   * @throws IllegalArgumentException that says what is wrong, if it is no pattern
   */
  public boolean overlaps(String pattern) {
    TopicPattern.check(pattern);
    return isPattern ? TopicPattern.overlap(name, pattern) : TopicPattern.matches(pattern, name);
  }

  /**
   * To one topic. Its name may be any string and is taken literally, so that it may be made of what
   * a peer has said: {@code "chat.*"} is a topic of that name here.
   */
  public static Subscription to(String topic) {
    return new Subscription(topic, false);
  }

  /**
   * To all topics that match a pattern: tokens, separated by dots, where {@code *} stands for any
   * one token, and {@code >} at the end for one or more. {@code chat.*.typing} matches {@code
   * chat.lobby.typing}; {@code chat.>} matches that, too, and {@code chat.lobby}, but not {@code
   * chat}.
   *
   * @throws IllegalArgumentException that says what is wrong, if it is no pattern
   */
  public static Subscription matching(String pattern) {
    return new Subscription(pattern, true);
  }

  private Subscription(String name, boolean isPattern) {
    this(name, isPattern, SlowPolicy.DISCONNECT, Integer.MAX_VALUE, Integer.MAX_VALUE, null);
  }

  /**
   * The same, whose subscriber is closed with 1013 (try again later) when it reads too slowly: the
   * default. The Close's reason names the limit.
   */
  public Subscription disconnect() {
    return withWhenSlow(SlowPolicy.DISCONNECT);
  }

  /**
   * The same, where the Close says when to come back.
   *
   * @param retryAfter when to come back, in whole seconds, at least one; it stands in the Close's
   *     reason, as {@code retry-after=SECONDS}
   */
  public Subscription disconnect(Duration retryAfter) {
    return withWhenSlow(new SlowPolicy.Disconnect(retryAfter));
  }

  /** The same, where the oldest messages that wait make room for the new one. */
  public Subscription dropOldest() {
    return withWhenSlow(new SlowPolicy.DropOldest());
  }

  /** The same, where a new message is dropped if there is no room for it. */
  public Subscription dropNewest() {
    return withWhenSlow(new SlowPolicy.DropNewest());
  }

  /**
   * The same, where a new message takes the place of one of the same topic that still waits; where
   * there is no room, the oldest make room. It is meant for patterns: of a single topic only the
   * latest message waits.
   */
  public Subscription keepLatest() {
    return withWhenSlow(new SlowPolicy.KeepLatest(null));
  }

  /**
   * The same, where a new message takes the place of one that still waits and has the same key;
   * where there is no room, the oldest make room.
   *
   * @param key returns the key of a message, or null for a message that is kept beside all others.
   *     Called on a virtual thread, and only for messages that wait because the subscriber is slow;
   *     never on an event loop or by a publisher. While keys are being found, as many messages and
   *     bytes may wait besides as {@link WsConfig#outboundMessages} and {@link
   *     WsConfig#outboundBytes} allow. If the function throws, the message has no key, and the log
   *     has a warning
   */
  public Subscription keepLatest(Function<WsMessage, @Nullable Object> key) {
    return withWhenSlow(new SlowPolicy.KeepLatest(Objects.requireNonNull(key, "key")));
  }

  /** The same with another policy. */
  public Subscription withWhenSlow(SlowPolicy whenSlow) {
    return new Subscription(name, isPattern, whenSlow, maxMessages, maxBytes, gap);
  }

  /** The same with room for another number of messages. */
  public Subscription withMaxMessages(int maxMessages) {
    return new Subscription(name, isPattern, whenSlow, maxMessages, maxBytes, gap);
  }

  /** The same with room for another number of bytes. */
  public Subscription withMaxBytes(int maxBytes) {
    return new Subscription(name, isPattern, whenSlow, maxMessages, maxBytes, gap);
  }

  /**
   * The same, whose subscriber is told where messages were dropped: by a message in their place.
   * What {@code keepLatest} replaces leaves no gap.
   *
   * @param message what to say about a gap; called on a virtual thread of its own, while what
   *     follows the gap waits for it. If it throws, nothing is said, and the log has a warning
   */
  public Subscription withGap(Function<Gap, WsMessage> message) {
    return new Subscription(name, isPattern, whenSlow, maxMessages, maxBytes, message);
  }
}
