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
  private final Side side;
  private final String id;
  private final WsConfig config;
  private final Wire wire;
  private final Lane lane;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;
  private final Intake intake;
  private final Outbound outbound;
  private final Outflow outflow;
  private final Pings pings;
  private final KeepAlive keepAlive;
  private final @Nullable Traffic traffic; // a client's; null on a server
  private final @Nullable Deflation deflation; // null where no compression was agreed on
  private final Sending sending;
  private final Ending ending;
  private final HandlerThread handler;

  private volatile @Nullable WsConnection connection; // which it is; null for a moment

  /**
   * A link over an open wire.
   *
   * @param deflate what was agreed on for compression, of which {@link WsConfig#compression} is our
   *     half; null if nothing was
   * @param delivery how a client learns what has arrived; null on a server
   */
  Link(
      Side side,
      String id,
      WsConfig config,
      Wire wire,
      CancellationToken scope,
      @Nullable DeflateParameters deflate,
      @Nullable DeliveryConfig delivery) {
    this.side = side;
    this.traffic = delivery == null ? null : new Traffic(wire.lane(), delivery);
    this.id = id;
    this.config = config;
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
            .onEnd(this::handlerHasReadAll)
            .open();
    this.outbound = new Outbound(config.sendHighWater(), lane::nanoTime, traffic);
    this.outflow = new Outflow(this, wire, protocol, outbound);
    this.pings = new Pings(id, protocol, outflow, traffic);
    if (traffic != null) {
      traffic.start(pings);
    }
    this.intake = new Intake(this, pings, wire, protocol, inbound);
    this.sending = new Sending(lane, outbound, outflow, deflation, traffic);
    this.ending =
        new Ending(
            side,
            id,
            config,
            wire,
            this::behind,
            scope,
            protocol,
            inbound,
            intake,
            outbound,
            outflow,
            deflation);
    this.handler = new HandlerThread(lane, ending, outbound, config.closeTimeout());
    this.keepAlive = new KeepAlive(this, lane, config); // last: its timer calls this link
  }

  // ---- any thread ----

  Side side() {
    return side;
  }

  String id() {
    return id;
  }

  WsConfig config() {
    return config;
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

  void observePings(Consumer<WsMessage.Ping> observer) {
    pings.observePings(observer);
  }

  void observePongs(Consumer<WsMessage.Pong> observer) {
    pings.observePongs(observer);
  }

  /** Accepts a frame to be sent, unless more bytes than {@code most} are waiting. */
  Outbound.Offer offer(EncodedFrame frame, long most) {
    return sending.offer(frame, most);
  }

  /** The same for a message's own frame, of which a client takes note. */
  Outbound.Offer offer(WsMessage message, EncodedFrame frame, long most) {
    return sending.offer(message, frame, most);
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
    lane.execute(pings::send);
  }

  /** Nobody waits for the peer any more. */
  void cutOff() {
    wire.close();
  }

  /** The connection that it is a part of. */
  @Nullable WsConnection connection() {
    return connection;
  }

  void connection(WsConnection its) {
    connection = its;
  }

  /** The part of a gateway that knows the connection, or did; null if it has never met it. */
  @Nullable Branch branchOf(WsGateway gateway) {
    return sending.branchOf(gateway);
  }

  /**
   * A gateway meets the connection: from now on it hears when it has gone, and what is sent goes
   * behind what was published. Who registers it afterwards must look whether it {@link #isGone}.
   */
  Branch meet(Branch branch) {
    return sending.meet(branch);
  }

  /** The calling thread begins to run the handler. */
  void handlerStarts() {
    handler.starts();
  }

  /** The handler has returned: what still comes in is dropped. */
  void handlerReturned() {
    handler.returned();
    behind(() -> {
      intake.dropMessages();
      ending.handlerIsAtEnd();
    });
  }

  private void handlerHasReadAll() {
    behind(ending::handlerIsAtEnd);
  }

  /** Has the lane do something with this connection, after what was published to it. */
  private void behind(Runnable task) {
    sending.behind(() -> guard(task));
  }

  /** Waits until the wire is closed, which the timers of the closing handshake see to. */
  void awaitGone(TimeSource time) {
    handler.awaitGone(time);
  }

  // ---- the lane: what is published ----

  Outflow outflow() {
    return outflow;
  }

  /** Whether what is published goes out as the same bytes that others get, too. */
  boolean sharesFrames() {
    return side == Side.SERVER && (deflation == null || deflation.isStateless());
  }

  /** What becomes of what is published to it. */
  Hearing hearing() {
    return new Hearing(this);
  }

  // ---- the lane: reading ----

  @Override
  public void onRead(ByteBuffer bytes) {
    keepAlive.heard();
    intake.read(bytes);
  }

  private void relieved() {
    guard(() -> {
      keepAlive.heard();
      intake.resumeDecoding();
    });
  }

  /** The budget for received bytes has room again: the peer's silence begins anew. */
  void onReadingAgain() {
    keepAlive.heard();
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
    return intake.isReadingPaused();
  }

  void onPeerClose(Event.Close close) {
    ending.onPeerClose(close);
  }

  void onViolation(Event.Failed failed) {
    ending.onViolation(failed);
  }

  /** False if the connection is closing: it can't be asked any more. */
  boolean sendKeepAlivePing() {
    return pings.keepAlive();
  }

  void lost(String why) {
    ending.lost(why);
  }

  /**
   * Runs one of the lane's tasks for this connection. If it fails, half done, it ends the
   * connection, which could be stuck for ever, and no other.
   */
  void guard(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      ending.failed(e);
    }
  }

  // ---- the lane: ending ----

  /** Our Close is about to be written: a client first asks what has arrived. */
  void beforeOurClose() {
    if (traffic != null) {
      traffic.ask();
    }
  }

  /** Our Close is with the operating system. */
  void onCloseFlushed() {
    ending.onCloseFlushed();
  }

  @Override
  public void onFlushed() {
    onProgress();
    outflow.onFlushed();
  }

  @Override
  public void onProgress() {
    keepAlive.progressed();
    outbound.progressed();
    ending.onProgress();
  }

  @Override
  public boolean onInputEnded() {
    return ending.onInputEnded();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    try {
      keepAlive.stop();
      if (traffic != null) {
        traffic.stop();
      }
    } finally {
      try {
        ending.onWireClosed(cause);
      } finally {
        leave();
      }
    }
  }

  private void leave() {
    try {
      intake.close();
      sending.forget(this);
    } finally { // whatever fails, here and before: the handler is told
      try {
        ending.onPeerGone();
      } finally {
        handler.onGone();
      }
    }
  }
}
