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
  /** So many Pings are answered with one flush: fewer than the Pongs that the protocol keeps. */
  private static final int PINGS_AT_ONCE = 32;

  private static final byte[] NOTHING = {};

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
  private final KeepAlive keepAlive;
  private final @Nullable Traffic traffic; // a client's; null on a server
  private final @Nullable Deflation deflation; // null where no compression was agreed on
  private final Ending ending;
  private final HandlerThread handler;

  private volatile @Nullable ControlObserver<WsMessage.Ping> pingObserver;
  private volatile @Nullable ControlObserver<WsMessage.Pong> pongObserver;
  private volatile @Nullable Meetings meetings; // with gateways; null until there is one
  private volatile @Nullable WsConnection connection; // which it is; null for a moment
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
            .onEnd(() -> behind(this::handlerIsAtEnd))
            .open();
    this.intake = new Intake(this, wire, protocol, inbound);
    this.outbound = new Outbound(config.sendHighWater(), traffic);
    this.outflow = new Outflow(this, wire, protocol, outbound);
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

  void observePings(Consumer<WsMessage.Ping> observer) {
    pingObserver = new ControlObserver<>("ping", id, observer);
  }

  void observePongs(Consumer<WsMessage.Pong> observer) {
    pongObserver = new ControlObserver<>("pong", id, observer);
  }

  /** Accepts a frame to be sent, unless more bytes than {@code most} are waiting. */
  Outbound.Offer offer(EncodedFrame frame, long most) {
    Outbound.Offer result = outbound.reserve(frame, most);
    if (result == Outbound.Offer.QUEUED) {
      Meetings met = meetings;
      if (met == null || !met.isBusy()) {
        queue(frame);
      } else {
        queueBehind(met, frame);
      }
    }
    return result;
  }

  private void queue(EncodedFrame frame) {
    outbound.add(frame);
    outflow.wake();
  }

  private void queueBehind(Meetings met, EncodedFrame frame) {
    if (deflation != null) {
      deflation.isBehind();
    }
    met.behind(
        () -> {
          queue(frame);
          if (deflation != null) {
            deflation.isQueued();
          }
        },
        Step.costOf(frame),
        Runnable::run);
  }

  /** Has the lane do something, after all that the calling thread has published to this peer. */
  private void behind(Runnable task) {
    Meetings met = meetings;
    if (met == null) {
      lane.execute(task);
    } else {
      met.behind(task, 1, lane);
    }
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

  /** The connection that it is a part of. */
  @Nullable WsConnection connection() {
    return connection;
  }

  void connection(WsConnection its) {
    connection = its;
  }

  /** The part of a gateway that knows the connection, or did; null if it has never met it. */
  @Nullable Branch branchOf(WsGateway gateway) {
    Meetings met = meetings;
    return met == null ? null : met.of(gateway);
  }

  /**
   * A gateway meets the connection: from now on it hears when it has gone, and what is sent goes
   * behind what was published. Who registers it afterwards must look whether it {@link #isGone}.
   */
  synchronized Branch meet(Branch branch) {
    Meetings met = meetings;
    if (met == null) {
      meetings = new Meetings(branch);
      return branch;
    }
    return met.add(branch);
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
      handlerIsAtEnd();
    });
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

  /** Queues what was published, to go out in this turn of a branch if it can. */
  void publish(Seat seat, Publication publication) {
    if (outbound.isSealed()) {
      return;
    }
    if (side == Side.CLIENT) { // whose frames are masked, each with a key of its own
      backlog().offer(seat, publication, MessageFrames.encode(publication.message(), side));
    } else if (deflation == null) {
      backlog().offer(seat, publication, publication.plain());
    } else {
      deflation.publish(publication, frame -> backlog().offer(seat, publication, frame));
    }
  }

  private Backlog backlog() {
    Backlog known = outbound.backlog();
    if (known == null) {
      known = new Backlog(this, outbound, config);
      outbound.backlog(known);
    }
    return known;
  }

  /** It reads too slowly. What was published after this is not for it any more. */
  void disconnect(Seat seat, WsMessage.Close close) {
    outbound.seal();
    if (close(close)) {
      seat.member.branch.gateway().overflowed();
    }
  }

  /** Drops what waits for a member, by its policies, until it is no more than so many bytes. */
  void shed(Member member, long most) {
    Backlog waiting = outbound.backlog();
    if (waiting != null) {
      waiting.shed(member, most);
    }
  }

  /** Has a gap put into words, which goes out in its place when they are found. */
  void say(Waiting gap, Subscription its) {
    GapWords.find(id, side, its, gap.missing, words -> lane.execute(() -> said(gap, words)));
  }

  private void said(Waiting gap, @Nullable EncodedFrame words) {
    Backlog waiting = outbound.backlog();
    if (waiting != null) {
      waiting.said(gap, words);
    }
    outflow.drain();
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
  void onPing(byte[] payload) {
    ControlObserver<WsMessage.Ping> observer = pingObserver;
    if (observer != null) {
      observer.offer(WsMessage.ping(payload));
    }
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
    ControlObserver<WsMessage.Pong> observer = pongObserver;
    if (observer != null) {
      observer.offer(WsMessage.pong(payload));
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
    Meetings met = meetings;
    if (met != null) {
      met.branches().forEach(branch -> branch.gateway().forget(id));
    }
    ending.onPeerGone();
    handler.onGone();
  }
}
