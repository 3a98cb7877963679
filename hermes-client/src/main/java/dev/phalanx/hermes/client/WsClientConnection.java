package dev.phalanx.hermes.client;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.styx.Emitter;
import dev.phalanx.styx.ScopedStream;
import dev.phalanx.styx.Source;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's WebSocket connection, in the vocabulary of a server's.
 *
 * <p>{@link #inbound} is for one thread; everything else may be called from any thread but an event
 * loop's. What one thread sends arrives in that order. On a connection that is closing or closed,
 * sending returns false and throws nothing.
 *
 * <p>With a {@link ReconnectPolicy} it outlives the loss of its socket: {@code inbound} goes on
 * with what the next one brings, and what is sent meanwhile waits in a bounded buffer. A message is
 * never sent twice: what was written and is not known to have arrived when the socket was lost is
 * reported to the listener instead.
 */
public final class WsClientConnection implements AutoCloseable {
  private final WsClientConfig config;
  private final OwnedScope scope;
  private final Life life;
  private final String id;

  WsClientConnection(WsClientConfig config, OwnedScope scope, Life life) {
    this.config = config;
    this.scope = scope;
    this.life = life;
    this.id = life.leg().connection().id();
  }

  /** 128 random bits in hexadecimal, its own and not the server's; it stays when it reconnects. */
  public String id() {
    return id;
  }

  /** Its settings. */
  public WsClientConfig config() {
    return config;
  }

  /** The subprotocol that was agreed on, the last time; null if none was. */
  public @Nullable String subprotocol() {
    return life.leg().connection().subprotocol();
  }

  /** Whether it was agreed, the last time, that messages may be compressed. */
  public boolean isCompressed() {
    return life.leg().connection().isCompressed();
  }

  /** The server's address, or the proxy's; the last one. */
  public SocketAddress remoteAddress() {
    return life.leg().connection().remoteAddress();
  }

  /** Where it is in its life. */
  public WsClientState state() {
    return life.state();
  }

  /** Whether messages go both ways just now. */
  public boolean isOpen() {
    return life.state() == WsClientState.OPEN && life.leg().connection().isOpen();
  }

  /**
   * How it ended; null while it hasn't, and while it is dialled again. Where dialling was given up,
   * how the last socket ended.
   */
  public @Nullable WsClosed closed() {
    return life.closed();
  }

  /**
   * A scope that ends with the connection: it is cancelled when that is over and all that came has
   * been received, or {@code closeTimeout} after it is over; then its hooks run.
   */
  public ExecutionScope scope() {
    return scope;
  }

  /**
   * How long the server took to answer the last Ping that was measured: one every {@code
   * pingInterval}, and those of {@link #ping}. Null before the first.
   */
  public @Nullable Duration rtt() {
    return life.leg().session().roundTrip();
  }

  /**
   * Why it is not dialled any more: the failure of the last attempt. Null while it is dialled, and
   * where it ended otherwise.
   */
  public @Nullable IOException failure() {
    return life.failure();
  }

  /**
   * The messages that were accepted and are not known to have reached the server's endpoint; empty
   * until {@link #closed}. Those of a socket that was lost before, the listener has been told of.
   * What the server's application does with a message, only its answers say.
   */
  public Unsent unsent() {
    return life.unsent();
  }

  /**
   * The messages received, {@link WsMessage.Text} and {@link WsMessage.Binary}, whole and in order.
   * Waits for each; ends when the connection is over, whatever the reason. For one thread: a second
   * one gets an {@link IllegalStateException} while the first waits. What it does when that thread
   * is interrupted: {@link Source}.
   */
  public Source<WsMessage> inbound() {
    return life.inbox();
  }

  /** The messages of {@link #inbound} as a stream whose terminals run in a scope. */
  public ScopedStream<WsMessage> stream(ExecutionScope scope) {
    return Emitter.from(inbound()).in(scope);
  }

  /**
   * Sends a message. Queues it, after waiting while more than {@code sendHighWater} bytes wait;
   * after {@code sendTimeout} of that the connection is closed with 1013. While it reconnects, text
   * and binary messages go into the {@link SendBuffer}, others are refused. A {@link
   * WsMessage.Close} is {@link #close(WsCloseCode, String)}.
   *
   * @return whether it was accepted; false if the connection is closing or closed, or the buffer
   *     full
   * @throws CancellationException if the thread is interrupted while it waits; its interrupt stays
   *     set, and the message was not accepted
   */
  public boolean send(WsMessage message) {
    return message instanceof WsMessage.Close close
        ? close(close.code(), close.reason())
        : life.send(message);
  }

  /** Sends a text message; as {@link #send(WsMessage)}. */
  public boolean sendText(String text) {
    return send(WsMessage.text(text));
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

  /** Sends a Ping ahead of what waits, and measures {@link #rtt}; false if it isn't open. */
  public boolean ping() {
    return isOpen() && life.leg().session().ping();
  }

  /** Sends a Ping with a payload of at most 125 bytes; as {@link #send(WsMessage)}. */
  public boolean ping(byte[] payload) {
    return send(WsMessage.ping(payload));
  }

  /** Hears of the server's Pings, which are answered by themselves; as {@link #onPong} of Pongs. */
  public void onPing(Consumer<WsMessage.Ping> observer) {
    life.onPing(observer);
  }

  /**
   * Hears of Pongs, those to the connection's own Pings too, one after the other, on a virtual
   * thread; one observer, the last one set. When it is more than 64 behind, it misses some.
   */
  public void onPong(Consumer<WsMessage.Pong> observer) {
    life.onPong(observer);
  }

  /**
   * Closes, for good, without waiting: what was sent before goes out first, then the Close, then
   * the server has {@code closeTimeout} to answer. If it is being dialled again, that ends.
   *
   * @param reason for the server's log; cut to 123 bytes of UTF-8
   * @return false if it was closing or closed already
   * @throws IllegalArgumentException if the code must not be sent
   */
  public boolean close(WsCloseCode code, String reason) {
    return life.close(WsMessage.close(code, reason));
  }

  /**
   * Closes with 1000, and waits until the socket is closed: at most for twice {@code closeTimeout}.
   * If the thread is interrupted, it waits no longer, and the interrupt stays set.
   */
  @Override
  public void close() {
    close(WsCloseCode.NORMAL, "");
    life.awaitOver(config.ws().closeTimeout().multipliedBy(2));
  }

  /** Closes the socket without another word. */
  void cutOff() {
    life.leg().session().cutOff();
  }

  @Override
  public String toString() {
    return "WsClientConnection " + id;
  }
}
