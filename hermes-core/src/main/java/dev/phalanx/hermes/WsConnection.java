package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.styx.Emitter;
import dev.phalanx.styx.ScopedStream;
import dev.phalanx.styx.Source;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection.
 *
 * <p>{@link #inbound} is for one thread, the handler's; everything else may be called from any
 * thread but an event loop's. What one thread sends arrives in that order. On a connection that is
 * closing or closed, sending returns false and throws nothing.
 */
public final class WsConnection {
  private final String id;
  private final WsConfig config;
  private final @Nullable String subprotocol;
  private final TimeSource time;
  private final Link link;
  private volatile @Nullable Map<AttributeKey<?>, Object> attributes; // null until there is one

  WsConnection(
      String id, WsConfig config, @Nullable String subprotocol, TimeSource time, Link link) {
    this.id = id;
    this.config = config;
    this.subprotocol = subprotocol;
    this.time = time;
    this.link = link;
    link.connection(this);
  }

  /** 128 random bits in hexadecimal: nobody can guess another connection's. */
  public String id() {
    return id;
  }

  /** The settings of its route. */
  public WsConfig config() {
    return config;
  }

  /** The subprotocol that was agreed on; null if none was. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /** Whether it was agreed that messages may be compressed (permessage-deflate, RFC 7692). */
  public boolean isCompressed() {
    return link.deflation() != null;
  }

  /** The peer's address. */
  public SocketAddress remoteAddress() {
    return link.remoteAddress();
  }

  /** Whether nobody has closed it and it isn't lost. */
  public boolean isOpen() {
    return closed() == null;
  }

  /** How it ended; null while it is open. */
  public @Nullable WsClosed closed() {
    return link.closed();
  }

  /**
   * The messages received, {@link WsMessage.Text} and {@link WsMessage.Binary}, whole and in order.
   * Waits for each; ends when the connection does, whatever the reason, and says why in {@link
   * #closed}. For one thread: a second one gets an {@link IllegalStateException} while the first
   * waits. What it does when that thread is interrupted: {@link Source}.
   */
  public Source<WsMessage> inbound() {
    return link.inbound();
  }

  /**
   * The messages of {@link #inbound} as a stream whose terminals run in a scope: a handler's own,
   * or a task's. A terminal that has enough leaves what it hasn't taken there. For one thread, as
   * {@code inbound} is.
   *
   * @return a stream that ends when the connection does; its terminals throw a {@link
   *     CancellationException} if the scope is cancelled before
   */
  public ScopedStream<WsMessage> stream(ExecutionScope scope) {
    return Emitter.from(inbound()).in(scope);
  }

  /**
   * Sends a message. Queues it, after waiting while more than {@link WsConfig#sendHighWater} bytes
   * wait. If the peer takes nothing for {@link WsConfig#sendTimeout} meanwhile, the connection is
   * closed with 1013; a peer that reads slowly, but steadily, isn't. A {@link WsMessage.Close} is
   * {@link #close(WsCloseCode, String)}.
   *
   * @return whether it was queued; false if the connection is closing or closed
   * @throws CancellationException if the thread is interrupted while it waits; its interrupt stays
   *     set, and the message was not queued
   */
  public boolean send(WsMessage message) {
    return message instanceof WsMessage.Close close
        ? close(close.code(), close.reason())
        : sendData(message);
  }

  private boolean sendData(WsMessage message) {
    Deflation deflation = link.deflation();
    if (deflation == null || !deflation.wants(message)) {
      return send(message, MessageFrames.encode(message, link.side()));
    }
    return deflation.isStateless()
        ? send(message, deflation.frame(message))
        : send(() ->
            deflation.send(
                message,
                () -> link.outbound().hasRoom(config.sendHighWater()),
                frame -> link.offer(message, frame, Long.MAX_VALUE)));
  }

  /** Sends a text message; as {@link #send(WsMessage)}. */
  public boolean sendText(String text) {
    if (link.deflation() != null || link.traffic() != null) {
      return sendData(WsMessage.text(text));
    }
    EncodedFrame frame = EncodedFrame.text(link.side(), text);
    return send(() -> link.offer(frame, config.sendHighWater()));
  }

  /** Sends a binary message; as {@link #send(WsMessage)}. The array must not be changed after. */
  public boolean sendBinary(byte[] bytes) {
    return send(WsMessage.binary(bytes));
  }

  /**
   * Sends a value as JSON in a text message; as {@link #send(WsMessage)}.
   *
   * @throws IllegalArgumentException if the value has no form in JSON
   */
  public boolean sendJson(Object value) {
    return send(WsMessage.json(value));
  }

  /**
   * Sends an empty Ping; as {@link #send(WsMessage)}. Pings to keep alive are sent without this.
   */
  public boolean ping() {
    return send(WsMessage.ping());
  }

  /** Sends a Ping with a payload of at most 125 bytes; as {@link #send(WsMessage)}. */
  public boolean ping(byte[] payload) {
    return send(WsMessage.ping(payload));
  }

  /** Hears of Pings, which are answered without anyone's doing; as {@link #onPong} of Pongs. */
  public void onPing(Consumer<WsMessage.Ping> observer) {
    link.observePings(observer);
  }

  /**
   * Hears of Pongs, one after the other, on a virtual thread that is not the handler's; one
   * observer, the last one set. When it is more than 64 behind, it misses some.
   */
  public void onPong(Consumer<WsMessage.Pong> observer) {
    link.observePongs(observer);
  }

  /** Closes with 1000; as {@link #close(WsCloseCode, String)}. */
  public boolean close() {
    return close(WsCloseCode.NORMAL, "");
  }

  /**
   * Closes: what was sent before goes out first, then the Close, then the peer has {@link
   * WsConfig#closeTimeout} to answer. Doesn't wait. Messages that the peer sends until it answers
   * can still be received, up to the first one for which inbound has no room: that one and the
   * following ones are dropped.
   *
   * @param reason for the peer's log; cut to 123 bytes of UTF-8
   * @return false if it was closing or closed already
   * @throws IllegalArgumentException if the code must not be sent
   */
  public boolean close(WsCloseCode code, String reason) {
    return link.close(new WsMessage.Close(code, reason));
  }

  /** The value of an attribute; null where it isn't set. */
  @SuppressWarnings("unchecked") // the other attribute() is the only way in, and pairs the types
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    Map<AttributeKey<?>, Object> known = attributes;
    return known == null ? null : (T) known.get(key);
  }

  /** Sets an attribute. */
  public <T> void attribute(AttributeKey<T> key, T value) {
    Map<AttributeKey<?>, Object> known = attributes;
    if (known == null) {
      synchronized (this) {
        known = attributes;
        if (known == null) {
          known = new ConcurrentHashMap<>();
          attributes = known;
        }
      }
    }
    known.put(key, value);
  }

  private boolean send(WsMessage message, EncodedFrame frame) {
    return send(() -> link.offer(message, frame, config.sendHighWater()));
  }

  /** One try to queue a message. */
  private interface Attempt {
    Outbound.Offer make();
  }

  private boolean send(Attempt attempt) {
    Outbound.Offer result = attempt.make();
    if (result == Outbound.Offer.FULL) {
      result = sendPatiently(attempt);
    }
    return result == Outbound.Offer.QUEUED;
  }

  private Outbound.Offer sendPatiently(Attempt attempt) {
    long from = link.lane().nanoTime();
    Outbound.Offer result = Outbound.Offer.FULL;
    while (result == Outbound.Offer.FULL) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while waiting to send");
      }
      long left = config.sendTimeout().toNanos() - link.outbound().stalledSince(from);
      if (left <= 0) {
        link.close(
            new WsMessage.Close(
                WsCloseCode.TRY_AGAIN_LATER,
                "reading too slowly for sendTimeout (" + config.sendTimeout().toMillis() + " ms)"));
        return Outbound.Offer.CLOSED;
      }
      long deadline = time.nanoTime() + left;
      link.outbound().awaitRoom(() -> time.parkUntil(deadline));
      result = attempt.make();
    }
    return result;
  }

  Link link() {
    return link;
  }

  @Override
  public String toString() {
    return "WsConnection " + id;
  }
}
