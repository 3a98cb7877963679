package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.styx.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection on one wire: what a client is made of, and no more. {@link #open} comes
 * first; then any thread, unless said otherwise.
 */
public final class ClientSession {
  private final WsConfig config;
  private final @Nullable String subprotocol;
  private final @Nullable DeflateParameters deflate;
  private final CancellationToken token;
  private final TimeSource time;
  private final DeliveryConfig delivery;
  private volatile @Nullable WsConnection connection;

  ClientSession(
      WsConfig config,
      @Nullable String subprotocol,
      @Nullable DeflateParameters deflate,
      CancellationToken token,
      TimeSource time,
      DeliveryConfig delivery) {
    this.config = config;
    this.subprotocol = subprotocol;
    this.deflate = deflate;
    this.token = token;
    this.time = time;
    this.delivery = delivery;
  }

  /**
   * Takes the wire over. Called once, on any thread; must not block.
   *
   * @param whenGone runs on the lane when the wire is closed, and nothing more will be sent or
   *     received; must not block
   */
  public WireHandler open(Wire wire, Runnable whenGone) {
    String id = ConnectionIds.next();
    Link link = new Link(Side.CLIENT, id, config, wire, token, deflate, delivery);
    connection = new WsConnection(id, config, subprotocol, time, link);
    return new Watched(link, whenGone);
  }

  /** The connection. */
  public WsConnection connection() {
    WsConnection open = connection;
    if (open == null) {
      throw new IllegalStateException("open() must come first");
    }
    return open;
  }

  /**
   * Sends messages that belong to this connection alone: {@link #unsent} never has them. Before any
   * other thread sends.
   *
   * @return false if the connection is closing or closed; then not all of them were sent
   */
  public boolean greet(List<WsMessage> messages) {
    Traffic traffic = traffic();
    traffic.record(false);
    try {
      return messages.stream().allMatch(connection()::send);
    } finally {
      traffic.record(true);
    }
  }

  /** Whether a message ever came. */
  public boolean hasReceived() {
    return traffic().hasReceived();
  }

  /** What was accepted, and is not known to have arrived. */
  public Unsent unsent() {
    return traffic().unsent();
  }

  /** Sends a Ping ahead of what waits, and measures how long it takes; false if it is closing. */
  public boolean ping() {
    WsConnection open = connection();
    open.link().pingNow();
    return open.isOpen();
  }

  /** How long the last Ping that was measured took; null before. */
  public @Nullable Duration roundTrip() {
    return traffic().roundTrip();
  }

  /** How long no message has come, or was accepted to be sent. */
  public Duration idle() {
    return Duration.ofNanos(connection().link().lane().nanoTime() - traffic().lastMessage());
  }

  /** Whether all that came has been received, and nothing more will come. */
  public boolean isReceived() {
    Channel<WsMessage> inbound = connection().link().inbound();
    return inbound.isClosed() && inbound.size() == 0;
  }

  /**
   * Nobody will receive what has come, or still comes.
   *
   * @return how many messages wait to be received
   */
  public int dropUnread() {
    Link link = connection().link();
    int unread = link.inbound().size();
    link.handlerReturned();
    return unread;
  }

  /** Nobody waits for the peer any more: closes the wire. */
  public void cutOff() {
    connection().link().cutOff();
  }

  private Traffic traffic() {
    Traffic traffic = connection().link().traffic();
    if (traffic == null) {
      throw new IllegalStateException("not a client's");
    }
    return traffic;
  }

  /** The link, and one more who hears of its end. */
  private record Watched(Link link, Runnable whenGone) implements WireHandler {
    @Override
    public void onRead(ByteBuffer bytes) {
      link.onRead(bytes);
    }

    @Override
    public void onFlushed() {
      link.onFlushed();
    }

    @Override
    public void onProgress() {
      link.onProgress();
    }

    @Override
    public boolean onInputEnded() {
      return link.onInputEnded();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      try {
        link.onClosed(cause);
      } finally {
        whenGone.run();
      }
    }
  }
}
