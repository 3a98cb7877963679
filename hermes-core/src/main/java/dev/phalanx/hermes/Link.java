package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.aegis.Stragglers;
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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection between its wire and its handler: bytes in become messages in the inbound channel,
 * frames in the outbound queue become bytes out, and one closing handshake ends it.
 *
 * <p>Everything is the lane's, except what is marked "any thread". The road of the end:
 *
 * <ol>
 *   <li>Whoever ends it first (a {@link #close}, the peer's Close, a broken rule, a lost wire)
 *       settles how it ended, once and for all.
 *   <li>If it was the peer, inbound ends, and our Close waits until the handler has come to that
 *       end: so its answers to what the peer said before still go out. It doesn't wait for longer
 *       than {@link #ANSWER_GRACE}.
 *   <li>The outbound queue is closed; when it has run empty, our Close follows.
 *   <li>With both Closes exchanged the wire is closed; {@link WsConfig#closeTimeout} after our
 *       Close was asked for, in any case.
 * </ol>
 */
final class Link implements WireHandler {
  /** How long the peer's Close is left unanswered for a handler that is busy with a message. */
  static final Duration ANSWER_GRACE = Duration.ofSeconds(1);

  /** A handler that is still running so long after its connection has gone is reported. */
  static final Duration HANDLER_PATIENCE = Duration.ofSeconds(30);

  /** So many Pings are answered with one flush: fewer than the Pongs that the protocol keeps. */
  private static final int PINGS_AT_ONCE = 32;

  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private final Side side;
  private final String id;
  private final WsConfig config;
  private final Wire wire;
  private final Lane lane;
  private final CancellationToken scope;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;
  private final Intake intake;
  private final Outbound outbound;
  private final Outflow outflow;
  private final KeepAlive keepAlive;
  private final @Nullable Deflation deflation; // null where no compression was agreed on

  private final AtomicReference<@Nullable WsClosed> closed = new AtomicReference<>();
  private volatile @Nullable PongObserver pongObserver;
  private volatile @Nullable Set<WsGateway> gateways; // that know the connection; null if none does
  private volatile @Nullable Thread handler; // while it runs
  private volatile @Nullable Thread waiting; // in awaitGone
  private volatile boolean gone; // the wire is closed

  private boolean inputEnded; // nothing more will be read
  private int pings; // whose Pongs wait for the end of this read
  private boolean peerLeft; // nothing more will come from it
  private boolean handlerAtEnd; // it has come to the end of inbound, or returned
  private boolean answered; // our Close was asked for
  private Registration graceTimer = () -> {};
  private @Nullable Registration cancelTimer; // null until the peer has left
  private Registration closeTimer = () -> {};
  private Registration reportTimer = () -> {};

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
    this.id = id;
    this.config = config;
    this.wire = wire;
    this.lane = wire.lane();
    this.scope = scope;
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
    this.outbound = new Outbound(config.sendHighWater());
    this.outflow = new Outflow(this, wire, protocol, outbound);
    this.keepAlive = new KeepAlive(this, lane, config);
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
    return closed.get();
  }

  boolean isGone() {
    return gone;
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

  boolean close(WsMessage.Close close) {
    if (!settle(new WsClosed(close.code(), close.reason(), WsClosed.By.US))) {
      return false;
    }
    outbound.close(); // now, so that nothing which this thread sends after can be accepted
    lane.execute(this::answer);
    return true;
  }

  private boolean settle(WsClosed how) {
    return closed.compareAndSet(null, how);
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
    if (gone) { // after adding: either this sees gone, or onClosed sees the gateway
      gateway.forget(id);
    }
  }

  /** The calling thread begins to run the handler. */
  void handlerStarts() {
    handler = Thread.currentThread();
    if (gone) { // after setting it: either this sees gone, or onClosed sees the handler
      lane.execute(this::watchHandler);
    }
  }

  /** The handler has returned: what still comes in is dropped. */
  void handlerReturned() {
    handler = null;
    lane.execute(() -> {
      reportTimer.close();
      intake.dropMessages();
      handlerIsAtEnd();
    });
  }

  /** Waits until the wire is closed, which the timers of the closing handshake see to. */
  void awaitGone(TimeSource time) {
    waiting = Thread.currentThread();
    long deadline = time.nanoTime() + config.closeTimeout().multipliedBy(2).toNanos();
    while (!gone && time.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
      time.parkUntil(deadline);
    }
    waiting = null;
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
    if (gone) {
      protocol.release();
      peerLeaves();
    } else if (inputEnded && !isOwedClose()) {
      wire.close();
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
    PongObserver observer = pongObserver;
    if (observer != null) {
      observer.offer(payload);
    }
  }

  void onPeerClose(Event.Close close) {
    settle(new WsClosed(new WsCloseCode(close.code()), close.reason(), WsClosed.By.PEER));
    peerLeaves();
    endIfBothClosed();
  }

  void onViolation(Event.Failed failed) {
    log.debug("{}: failed with {} {}", id, failed.code(), failed.reason());
    settle(new WsClosed(new WsCloseCode(failed.code()), failed.reason(), WsClosed.By.US));
    peerLeaves();
  }

  /** False if the connection is closing: it can't be asked any more. */
  boolean sendKeepAlivePing() {
    boolean queued = protocol.sendPing(new byte[0]);
    outflow.drain();
    return queued;
  }

  void lost(String why) {
    log.debug("{}: lost: {}", id, why);
    settle(new WsClosed(WsCloseCode.ABNORMAL_CLOSURE, why, WsClosed.By.NOBODY));
    answered = true; // whatever may still come in: there is no Close for 1006
    wire.close();
  }

  // ---- the lane: ending ----

  private void peerLeaves() {
    if (peerLeft) {
      return;
    }
    peerLeft = true;
    inbound.complete();
    if (handlerAtEnd || inbound.isUntouched()) {
      answer();
      cancelScope();
    } else {
      limitHandler();
      if (!gone) {
        boolean brief = config.closeTimeout().compareTo(ANSWER_GRACE) < 0;
        graceTimer = lane.schedule(this::answer, brief ? config.closeTimeout() : ANSWER_GRACE);
      }
    }
  }

  /** The handler has this long to come to the end of inbound, counted from when the peer left. */
  private void limitHandler() {
    if (cancelTimer == null) {
      cancelTimer = lane.schedule(this::cancelScope, config.closeTimeout());
    }
  }

  private void handlerIsAtEnd() {
    handlerAtEnd = true;
    if (peerLeft) {
      answer();
      cancelScope();
    }
  }

  private void cancelScope() {
    if (cancelTimer != null) {
      cancelTimer.close();
    }
    scope.cancel("the peer of connection " + id + " has gone", Thread::startVirtualThread);
  }

  /** Has our Close sent, after what was accepted before it. */
  private void answer() {
    if (answered || gone) {
      return;
    }
    answered = true;
    graceTimer.close();
    closeTimer.close();
    closeTimer = lane.schedule(wire::close, config.closeTimeout());
    outbound.close();
    endDeflation(); // nothing more is accepted that it could compress
    outflow.drain();
  }

  private void endDeflation() {
    if (deflation != null) {
      deflation.close();
    }
  }

  /** Our Close is with the operating system. */
  void onCloseFlushed() {
    if (protocol.isFailed() && inputEnded) {
      wire.close();
    } else if (protocol.isFailed()) {
      // Not close(): the peer may be sending still, and would be told of a reset, not of the Close.
      wire.shutdownOutput();
    } else {
      endIfBothClosed();
    }
  }

  private void endIfBothClosed() {
    // RFC 6455, section 7.1.1: the server closes the connection first.
    if (side == Side.SERVER && protocol.isCloseReceived() && outflow.isCloseFlushed()) {
      wire.close();
    }
  }

  @Override
  public void onFlushed() {
    outflow.onFlushed();
  }

  /**
   * Half a connection is none; unless the peer has said Close or broken a rule, and waits for our
   * Close, or may have done so in what is still to be decoded.
   */
  @Override
  public boolean onInputEnded() {
    inputEnded = true;
    if (intake.isPaused()) {
      limitHandler();
      if (!answered) {
        closeTimer = lane.schedule(wire::close, config.closeTimeout());
      }
      return true;
    }
    return isOwedClose();
  }

  private boolean isOwedClose() {
    return (protocol.isCloseReceived() || protocol.isFailed()) && !outflow.isCloseFlushed();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    String why = cause == null ? "the peer closed the socket without a Close" : cause.toString();
    settle(new WsClosed(WsCloseCode.ABNORMAL_CLOSURE, why, WsClosed.By.NOBODY));
    gone = true;
    keepAlive.stop();
    graceTimer.close();
    closeTimer.close();
    outbound.discard();
    endDeflation();
    Set<WsGateway> all = gateways;
    if (all != null) {
      all.forEach(gateway -> gateway.forget(id));
    }
    if (intake.isPaused()) {
      limitHandler(); // inbound ends when the handler has taken what was read, if it ever does
    } else {
      protocol.release();
      peerLeaves();
    }
    watchHandler();
    LockSupport.unpark(waiting);
  }

  private void watchHandler() {
    if (handler != null) {
      reportTimer.close();
      reportTimer = lane.schedule(this::reportHandler, HANDLER_PATIENCE);
    }
  }

  private void reportHandler() {
    Thread running = handler;
    if (running != null) {
      Stragglers.report(
          running, "still runs " + HANDLER_PATIENCE + " after its connection has gone");
    }
  }
}
