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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);
  private static final byte[] NOTHING = {};
  private static final Branch[] NO_BRANCHES = {};

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

  private volatile @Nullable PongObserver pongObserver;
  private volatile Branch[] branches = NO_BRANCHES; // of gateways that have met it; none is removed
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

  void observePongs(Consumer<WsMessage.Pong> observer) {
    pongObserver = new PongObserver(id, observer);
  }

  /** Accepts a frame to be sent, unless more bytes than {@code most} are waiting. */
  Outbound.Offer offer(EncodedFrame frame, long most) {
    Outbound.Offer result = outbound.reserve(frame, most);
    if (result == Outbound.Offer.QUEUED) {
      Branch busy = busyBranch(0);
      if (busy == null) {
        queue(frame);
      } else {
        sendBehind(busy, frame);
      }
    }
    return result;
  }

  private void queue(EncodedFrame frame) {
    outbound.add(frame);
    outflow.wake();
  }

  private void sendBehind(Branch busy, EncodedFrame frame) {
    int cost = 1 + (frame.length() >> 10);
    if (deflation == null) {
      give(busy, () -> queue(frame), cost);
    } else {
      deflation.isBehind();
      give(
          busy,
          () -> {
            queue(frame);
            deflation.isQueued();
          },
          cost);
    }
  }

  /** Has the lane do something, after all that the calling thread has published to this peer. */
  private void behind(Runnable task) {
    Branch busy = busyBranch(0);
    if (busy == null) {
      lane.execute(task);
    } else {
      give(busy, task, 1);
    }
  }

  private void give(Branch busy, Runnable last, int cost) {
    busy.give(
        new Step.Behind(
            () -> {
              Branch next = busyAfter(busy);
              if (next == null) {
                last.run();
              } else {
                give(next, last, cost);
              }
            },
            cost));
  }

  private @Nullable Branch busyAfter(Branch branch) {
    return busyBranch(List.of(branches).indexOf(branch) + 1);
  }

  private @Nullable Branch busyBranch(int from) {
    Branch[] all = branches;
    for (int i = from; i < all.length; i++) {
      if (all[i].isBusy()) {
        return all[i];
      }
    }
    return null;
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

  /** The part of a gateway that knows the connection, or did; null if it has never met it. */
  @Nullable Branch branchOf(WsGateway gateway) {
    for (Branch branch : branches) {
      if (branch.gateway() == gateway) {
        return branch;
      }
    }
    return null;
  }

  /** The connection that it is a part of. */
  @Nullable WsConnection connection() {
    return connection;
  }

  void connection(WsConnection its) {
    connection = its;
  }

  /**
   * A gateway meets the connection: from now on it hears when it has gone, and what is sent goes
   * behind what was published. Who registers it afterwards must look whether it {@link #isGone}.
   */
  synchronized Branch meet(Branch branch) {
    Branch known = branchOf(branch.gateway());
    if (known == null) {
      Branch[] all = Arrays.copyOf(branches, branches.length + 1);
      all[all.length - 1] = branch;
      branches = all;
    }
    return known == null ? branch : known;
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

  /** Has a gap put into words, which is not for a lane to do. */
  void say(Waiting gap) {
    Subscription its = Objects.requireNonNull(gap.lag).seat.subscription;
    Gap what = new Gap(its.name(), gap.missing);
    Thread.ofVirtual()
        .name("gap " + id)
        .start(() -> {
          EncodedFrame words = words(its, what);
          lane.execute(() -> said(gap, words));
        });
  }

  private @Nullable EncodedFrame words(Subscription its, Gap what) {
    try {
      return its.gap() == null ? null : MessageFrames.encode(its.gap().apply(what), side);
    } catch (RuntimeException e) {
      log.warn("{}: nothing could be said about {}", id, what, e);
      return null;
    }
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
    for (Branch branch : branches) {
      branch.gateway().forget(id);
    }
    ending.onPeerGone();
    handler.onGone();
  }
}
