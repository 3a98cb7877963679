package dev.phalanx.hermes;

import dev.phalanx.http.Middleware;
import dev.phalanx.rfc6455.Handshake;
import dev.phalanx.rfc6455.Limits;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a route's connections. Immutable; {@link #defaults()} and the {@code with…}
 * methods make one.
 *
 * @param maxMessageSize bytes of a received message, inflated if it was compressed; a larger one
 *     closes with 1009
 * @param maxFrameSize bytes of a received frame; a larger one closes with 1009
 * @param maxFragments frames of a received message, empty ones too
 * @param inboundMessages received messages that wait for the handler; then reading pauses
 * @param inboundBytes bytes of the same
 * @param outboundBytes bytes that wait for the peer, beyond which nothing that is published is
 *     queued: the subscription's policy says what is done then
 * @param outboundMessages published messages that wait for the peer, with the same consequence
 * @param sendHighWater bytes that wait for the peer, above which a sender is held up
 * @param sendTimeout how long a sender is held up by a peer that takes nothing before the
 *     connection is closed with 1013
 * @param pingInterval silence after which a Ping is sent; bytes that a slow peer takes end the
 *     silence, too
 * @param pongTimeout silence after a Ping by which the peer is lost
 * @param closeTimeout how long the peer has for the closing handshake before the socket is closed;
 *     begins anew while the peer takes what was sent before
 * @param messageTimeout how long a message may be unfinished, and 1 s more for each 64 KiB of it;
 *     then the connection is closed with 1008
 * @param platformThreads at most so many handlers run at once, on platform threads; 0 if handlers
 *     run on virtual threads, in any number
 * @param compression how messages are compressed with peers that offer it; null if they are not
 * @param subprotocols what the handler speaks, the preferred first (RFC 6455, section 1.9)
 * @param origins which pages may connect
 * @param middleware around the upgrade of this route, the first outermost
 */
public record WsConfig(
    int maxMessageSize,
    int maxFrameSize,
    int maxFragments,
    int inboundMessages,
    int inboundBytes,
    int outboundBytes,
    int outboundMessages,
    int sendHighWater,
    Duration sendTimeout,
    Duration pingInterval,
    Duration pongTimeout,
    Duration closeTimeout,
    Duration messageTimeout,
    int platformThreads,
    @Nullable Compression compression,
    List<String> subprotocols,
    Origins origins,
    List<Middleware> middleware) {

  private static final WsConfig DEFAULTS =
      new WsConfig(
          64 << 10,
          64 << 10,
          1_024,
          32,
          256 << 10,
          1 << 20,
          8_192,
          64 << 10,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          0,
          null,
          List.of(),
          Origins.same(),
          List.of());

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public WsConfig {
    atLeast("maxMessageSize", maxMessageSize, 125);
    atLeast("maxFrameSize", maxFrameSize, 125);
    atLeast("maxFragments", maxFragments, 1);
    atLeast("inboundMessages", inboundMessages, 1);
    if (inboundMessages > 1 << 20) {
      throw new IllegalArgumentException(
          "inboundMessages must be at most 1048576, not " + inboundMessages);
    }
    atLeast("inboundBytes", inboundBytes, 1);
    atLeast("outboundBytes", outboundBytes, 1);
    atLeast("outboundMessages", outboundMessages, 1);
    atLeast("sendHighWater", sendHighWater, 0);
    if (maxFrameSize > maxMessageSize) {
      throw new IllegalArgumentException(
          "maxFrameSize must be at most maxMessageSize (%d), not %d"
              .formatted(maxMessageSize, maxFrameSize));
    }
    if (sendHighWater > outboundBytes) {
      throw new IllegalArgumentException(
          "sendHighWater must be at most outboundBytes (%d), not %d"
              .formatted(outboundBytes, sendHighWater));
    }
    positive("sendTimeout", sendTimeout);
    positive("pingInterval", pingInterval);
    positive("pongTimeout", pongTimeout);
    positive("closeTimeout", closeTimeout);
    positive("messageTimeout", messageTimeout);
    atLeast("platformThreads", platformThreads, 0);
    subprotocols = List.copyOf(subprotocols);
    for (String subprotocol : subprotocols) {
      if (!Handshake.isToken(subprotocol)) {
        throw new IllegalArgumentException(
            "subprotocols: \"" + subprotocol + "\" is not a token (RFC 6455, section 4.1)");
      }
    }
    middleware = List.copyOf(middleware);
  }

  private static void atLeast(String setting, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(setting + " must be at least " + least + ", not " + value);
    }
  }

  private static void positive(String setting, Duration value) {
    if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          setting + " must be more than nothing and at most 365 days, not " + value);
    }
  }

  /** The defaults: see the README's table. */
  public static WsConfig defaults() {
    return DEFAULTS;
  }

  /** The same with another size of messages, and of frames with it. */
  public WsConfig withMaxMessageSize(int maxMessageSize) {
    return edit(draft -> {
      draft.maxMessageSize = maxMessageSize;
      draft.maxFrameSize = maxMessageSize;
    });
  }

  /** The same with another size of frames. */
  public WsConfig withMaxFrameSize(int maxFrameSize) {
    return edit(draft -> draft.maxFrameSize = maxFrameSize);
  }

  /** The same with another number of fragments. */
  public WsConfig withMaxFragments(int maxFragments) {
    return edit(draft -> draft.maxFragments = maxFragments);
  }

  /** The same with room for another number of received messages. */
  public WsConfig withInboundMessages(int inboundMessages) {
    return edit(draft -> draft.inboundMessages = inboundMessages);
  }

  /** The same with room for another number of received bytes. */
  public WsConfig withInboundBytes(int inboundBytes) {
    return edit(draft -> draft.inboundBytes = inboundBytes);
  }

  /** The same with room for another number of bytes to send. */
  public WsConfig withOutboundBytes(int outboundBytes) {
    return edit(draft -> draft.outboundBytes = outboundBytes);
  }

  /** The same with room for another number of published messages to send. */
  public WsConfig withOutboundMessages(int outboundMessages) {
    return edit(draft -> draft.outboundMessages = outboundMessages);
  }

  /** The same with another mark above which senders are held up. */
  public WsConfig withSendHighWater(int sendHighWater) {
    return edit(draft -> draft.sendHighWater = sendHighWater);
  }

  /** The same with another limit for senders that are held up. */
  public WsConfig withSendTimeout(Duration sendTimeout) {
    return edit(draft -> draft.sendTimeout = sendTimeout);
  }

  /** The same with another silence before a Ping. */
  public WsConfig withPingInterval(Duration pingInterval) {
    return edit(draft -> draft.pingInterval = pingInterval);
  }

  /** The same with another silence after a Ping. */
  public WsConfig withPongTimeout(Duration pongTimeout) {
    return edit(draft -> draft.pongTimeout = pongTimeout);
  }

  /** The same with another limit for the closing handshake. */
  public WsConfig withCloseTimeout(Duration closeTimeout) {
    return edit(draft -> draft.closeTimeout = closeTimeout);
  }

  /** The same with another limit for a message to be finished. */
  public WsConfig withMessageTimeout(Duration messageTimeout) {
    return edit(draft -> draft.messageTimeout = messageTimeout);
  }

  /**
   * The same with handlers on platform threads: for handlers that compute for long, or call native
   * code that blocks, and would otherwise hold up other handlers. While that many handlers run, a
   * handshake is answered with 503. Each thread reserves 1 MiB of address space for its stack.
   *
   * @param limit so many handlers at once, of each route with these settings; at least 1
   */
  public WsConfig onPlatformThreads(int limit) {
    atLeast("platformThreads", limit, 1);
    return edit(draft -> draft.platformThreads = limit);
  }

  /** The same with messages compressed; {@link Compression} says what that costs. */
  public WsConfig withCompression(Compression compression) {
    return edit(draft -> draft.compression = compression);
  }

  /** The same without compression, as by default. */
  public WsConfig withoutCompression() {
    return edit(draft -> draft.compression = null);
  }

  /** The same with other subprotocols, the preferred first. */
  public WsConfig withSubprotocols(String... subprotocols) {
    return edit(draft -> draft.subprotocols = List.of(subprotocols));
  }

  /** The same for other pages. */
  public WsConfig withOrigins(Origins origins) {
    return edit(draft -> draft.origins = origins);
  }

  /** The same with this middleware too, inside of what was named before; the first outermost. */
  public WsConfig withMiddleware(Middleware... middleware) {
    List<Middleware> all = Stream.concat(this.middleware.stream(), Stream.of(middleware)).toList();
    return edit(draft -> draft.middleware = all);
  }

  private WsConfig edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  Limits limits() {
    return new Limits(maxMessageSize, maxFrameSize, maxFragments);
  }

  /** The settings while one is being changed. */
  private static final class Draft {
    private int maxMessageSize;
    private int maxFrameSize;
    private int maxFragments;
    private int inboundMessages;
    private int inboundBytes;
    private int outboundBytes;
    private int outboundMessages;
    private int sendHighWater;
    private Duration sendTimeout;
    private Duration pingInterval;
    private Duration pongTimeout;
    private Duration closeTimeout;
    private Duration messageTimeout;
    private int platformThreads;
    private @Nullable Compression compression;
    private List<String> subprotocols;
    private Origins origins;
    private List<Middleware> middleware;

    Draft(WsConfig config) {
      this.maxMessageSize = config.maxMessageSize;
      this.maxFrameSize = config.maxFrameSize;
      this.maxFragments = config.maxFragments;
      this.inboundMessages = config.inboundMessages;
      this.inboundBytes = config.inboundBytes;
      this.outboundBytes = config.outboundBytes;
      this.outboundMessages = config.outboundMessages;
      this.sendHighWater = config.sendHighWater;
      this.sendTimeout = config.sendTimeout;
      this.pingInterval = config.pingInterval;
      this.pongTimeout = config.pongTimeout;
      this.closeTimeout = config.closeTimeout;
      this.messageTimeout = config.messageTimeout;
      this.platformThreads = config.platformThreads;
      this.compression = config.compression;
      this.subprotocols = config.subprotocols;
      this.origins = config.origins;
      this.middleware = config.middleware;
    }

    WsConfig config() {
      return new WsConfig(
          maxMessageSize,
          maxFrameSize,
          maxFragments,
          inboundMessages,
          inboundBytes,
          outboundBytes,
          outboundMessages,
          sendHighWater,
          sendTimeout,
          pingInterval,
          pongTimeout,
          closeTimeout,
          messageTimeout,
          platformThreads,
          compression,
          subprotocols,
          origins,
          middleware);
    }
  }
}
