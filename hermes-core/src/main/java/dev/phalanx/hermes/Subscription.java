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

  /** The same, whose subscriber is closed with 1008 when it reads too slowly: the default. */
  public Subscription disconnect() {
    return withWhenSlow(SlowPolicy.DISCONNECT);
  }

  /**
   * The same, whose subscriber is closed with 1013 (try again later) when it reads too slowly.
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
   * The same, where a new message takes the place of one that still waits and has the same key;
   * where there is no room, the oldest make room. It need not be slow for the former.
   *
   * @param key of a message; null if it is to be kept beside others. Called once for each message,
   *     on the thread that publishes; the same function for many subscribers costs as much as for
   *     one
   */
  public Subscription keepLatest(Function<WsMessage, @Nullable Object> key) {
    return withWhenSlow(new SlowPolicy.KeepLatest(key));
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
