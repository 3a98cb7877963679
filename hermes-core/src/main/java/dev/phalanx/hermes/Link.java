package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.styx.Channel;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection between its wire and its handler: bytes in become messages in the inbound channel,
 * frames in the outbound queue become bytes out, and one closing handshake ends it, which is {@link
 * Ending}'s.
 *
 * <p>Everything is the lane's, except what is marked "any thread".
 */
final class Link implements WireHandler {
  /** So many Pings are answered with one flush: fewer than the Pongs that the protocol keeps. */
  private static final int PINGS_AT_ONCE = 32;

  private static final byte[] NOTHING = {};

  private final Side side;
  private final String id;
  private final Wire wire;
  private final Lane lane;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;
  private final Intake intake;
  private final Outbound outbound;
  private final Outflow outflow;
  private final KeepAlive keepAlive;
  private final @Nullable Traffic traffic; // a client's; null on a server
  private final @Nullable Deflation deflation; // null where no compression was agreed on
  private final Ending ending;
  private final HandlerThread handler;

  private volatile @Nullable PongObserver pongObserver;
  private volatile @Nullable Set<WsGateway> gateways; // that know the connection; null if none does
  private int pings; // whose Pongs wait for the end of this read

  /**
   * A link over an open wire.
   *
   * @param deflate what was agreed on for compression, of which {@link WsConfig#compression} is our
   *     half; null if nothing was
   */
  Link(
      Side side,
      String id,
      WsConfig config,
      Wire wire,
      CancellationToken scope,
      @Nullable DeflateParameters deflate) {
    this.side = side;
    this.traffic = side == Side.CLIENT ? new Traffic(wire.lane()::nanoTime) : null;
    this.id = id;
    this.wire = wire;
    this.lane = wire.lane();
    Compression compression = config.compression();
    if (deflate == null || compression == null) {
      this.protocol = new Protocol(side, config.limits());
      this.deflation = null;
    } else {
      DeflatePool pool = DeflatePool.shared();
      this.protocol = new Protocol(side, config.limits(), deflate, pool);
      this.deflation = new Deflation(side, compression, deflate, pool);
    }
    this.inbound =
        Channel.<WsMessage>of(config.inboundMessages())
            .weighing(config.inboundBytes(), message -> message.bytes().length)
            .onRelief(() -> lane.execute(this::relieved))
            .onEnd(() -> lane.execute(this::handlerIsAtEnd))
            .open();
    this.intake = new Intake(this, wire, protocol, inbound);
    this.outbound = new Outbound(config.sendHighWater(), traffic);
    this.outflow = new Outflow(this, wire, protocol, outbound);
    this.ending =
        new Ending(
            side, id, config, wire, scope, protocol, inbound, intake, outbound, outflow, deflation);
    this.handler = new HandlerThread(lane, ending, config.closeTimeout());
    this.keepAlive = new KeepAlive(this, lane, config); // last: its timer calls this link
  }

  // ---- any thread ----

  Side side() {
    return side;
  }

  SocketAddress remoteAddress() {
    return wire.remoteAddress();
  }

  Channel<WsMessage> inbound() {
    return inbound;
  }

  Outbound outbound() {
    return outbound;
  }

  @Nullable Deflation deflation() {
    return deflation;
  }

  @Nullable WsClosed closed() {
    return ending.closed();
  }

  boolean isGone() {
    return ending.isGone();
  }

  void observePongs(Consumer<WsMessage.Pong> observer) {
    pongObserver = new PongObserver(id, observer);
  }

  Outbound.Offer offer(EncodedFrame frame, long most) {
    Outbound.Offer result = outbound.offer(frame, most);
    if (result == Outbound.Offer.QUEUED) {
      outflow.wake();
    }
    return result;
  }

  /** The same for a message's own frame, of which a client takes note. */
  Outbound.Offer offer(WsMessage message, EncodedFrame frame, long most) {
    return traffic == null
        ? offer(frame, most)
        : traffic.noting(frame, message, () -> offer(frame, most));
  }

  /** What a client has noted; null on a server. */
  @Nullable Traffic traffic() {
    return traffic;
  }

  boolean close(WsMessage.Close close) {
    return ending.begin(close);
  }

  Lane lane() {
    return lane;
  }

  /** Sends a Ping ahead of data that waits. */
  void pingNow() {
    lane.execute(this::sendKeepAlivePing);
  }

  /** Nobody waits for the peer any more. */
  void cutOff() {
    wire.close();
  }

  /** A gateway is to hear when the connection has gone: at once if it has. */
  void tellWhenGone(WsGateway gateway) {
    Set<WsGateway> all = gateways;
    if (all == null) {
      synchronized (this) {
        all = gateways;
        if (all == null) {
          all = ConcurrentHashMap.newKeySet(1);
          gateways = all;
        }
      }
    }
    all.add(gateway);
    if (isGone()) { // after adding: either this sees gone, or onClosed sees the gateway
      gateway.forget(id);
    }
  }

  /** The calling thread begins to run the handler. */
  void handlerStarts() {
    handler.starts();
  }

  /** The handler has returned: what still comes in is dropped. */
  void handlerReturned() {
    handler.returned();
    lane.execute(() -> {
      intake.dropMessages();
      handlerIsAtEnd();
    });
  }

  /** Waits until the wire is closed, which the timers of the closing handshake see to. */
  void awaitGone(TimeSource time) {
    handler.awaitGone(time);
  }

  // ---- the lane: reading ----

  @Override
  public void onRead(ByteBuffer bytes) {
    keepAlive.heard();
    intake.read(bytes);
  }

  private void relieved() {
    keepAlive.heard();
    intake.resume();
  }

  /** Everything that was read has been decoded. */
  void onCaughtUp() {
    ending.onCaughtUp();
  }

  /** A message is on its way to the handler. */
  void onMessage() {
    if (traffic != null) {
      traffic.received();
    }
  }

  boolean isReadingPaused() {
    return intake.isPaused();
  }

  /** The protocol has queued the Pong; it goes ahead of data, with others of the same read. */
  void onPing() {
    if (++pings == PINGS_AT_ONCE) {
      onDecoded();
    }
  }

  /** No more of what was read can be decoded now. */
  void onDecoded() {
    if (pings > 0) {
      pings = 0;
      outflow.drain();
    }
  }

  void onPong(byte[] payload) {
    if (traffic != null) {
      traffic.pong(payload);
    }
    PongObserver observer = pongObserver;
    if (observer != null) {
      observer.offer(payload);
    }
  }

  void onPeerClose(Event.Close close) {
    ending.onPeerClose(close);
  }

  void onViolation(Event.Failed failed) {
    ending.onViolation(failed);
  }

  /** False if the connection is closing: it can't be asked any more. */
  boolean sendKeepAlivePing() {
    boolean queued = protocol.sendPing(traffic == null ? NOTHING : traffic.ping());
    outflow.drain();
    return queued;
  }

  void lost(String why) {
    ending.lost(why);
  }

  // ---- the lane: ending ----

  private void handlerIsAtEnd() {
    ending.handlerIsAtEnd();
  }

  /** Our Close is with the operating system. */
  void onCloseFlushed() {
    ending.onCloseFlushed();
  }

  @Override
  public void onFlushed() {
    outflow.onFlushed();
  }

  @Override
  public boolean onInputEnded() {
    return ending.onInputEnded();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    keepAlive.stop();
    ending.onWireClosed(cause);
    Set<WsGateway> all = gateways;
    if (all != null) {
      all.forEach(gateway -> gateway.forget(id));
    }
    ending.onPeerGone();
    handler.onGone();
  }
}
