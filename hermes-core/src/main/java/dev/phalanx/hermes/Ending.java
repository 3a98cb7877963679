package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.BackgroundLogger;
import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.styx.Channel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The end of a connection: who closed it, the closing handshake, and when to wait no longer.
 *
 * <ol>
 *   <li>Whoever ends it first (a {@link #begin}, the peer's Close, a broken rule, a lost wire)
 *       settles how it ended, once and for all.
 *   <li>If it was the peer, inbound ends, and our Close waits until the handler has come to that
 *       end: so its answers to what the peer said before still go out. It doesn't wait for longer
 *       than {@link #ANSWER_GRACE}.
 *   <li>The outbound queue is closed; when it has run empty, our Close follows.
 *   <li>With both Closes exchanged the wire is closed; {@link WsConfig#closeTimeout} after our
 *       Close was asked for, or after a slow peer last took bytes, in any case.
 * </ol>
 *
 * <p>Everything is the lane's, except what is marked "any thread".
 */
final class Ending {
  /** How long the peer's Close is left unanswered for a handler that is busy with a message. */
  static final Duration ANSWER_GRACE = Duration.ofSeconds(1);

  private static final BackgroundLogger log = BackgroundLogger.of(WsConnection.class.getName());

  private final Side side;
  private final String id;
  private final Duration closeTimeout;
  private final Wire wire;
  private final Lane lane;
  private final Executor behind; // the lane, after what was published
  private final CancellationToken scope;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;
  private final Intake intake;
  private final Outbound outbound;
  private final Outflow outflow;
  private final @Nullable Deflation deflation;

  private final AtomicReference<@Nullable WsClosed> closed = new AtomicReference<>();
  private volatile boolean isBegun; // by us, not by the peer
  private volatile boolean isAnswerDue; // then the lane has been asked to send our Close
  private volatile boolean gone; // the wire is closed

  private boolean inputEnded; // nothing more will be read
  private boolean peerLeft; // nothing more will come from it
  private boolean handlerAtEnd; // it has come to the end of inbound, or returned
  private boolean answered; // our Close was asked for
  private Registration graceTimer = () -> {};
  private @Nullable Registration cancelTimer; // null until the peer has left
  private Registration closeTimer = () -> {};

  Ending(
      Side side,
      String id,
      WsConfig config,
      Wire wire,
      Executor behind,
      CancellationToken scope,
      Protocol protocol,
      Channel<WsMessage> inbound,
      Intake intake,
      Outbound outbound,
      Outflow outflow,
      @Nullable Deflation deflation) {
    this.side = side;
    this.id = id;
    this.closeTimeout = config.closeTimeout();
    this.wire = wire;
    this.lane = wire.lane();
    this.behind = behind;
    this.scope = scope;
    this.protocol = protocol;
    this.inbound = inbound;
    this.intake = intake;
    this.outbound = outbound;
    this.outflow = outflow;
    this.deflation = deflation;
  }

  // ---- any thread ----

  /** How it ended; null while it hasn't. */
  @Nullable WsClosed closed() {
    return closed.get();
  }

  /** Whether the wire is closed. */
  boolean isGone() {
    return gone;
  }

  /** We close; false if it was closing or closed already. */
  boolean begin(WsMessage.Close close) {
    boolean isFirst = settle(new WsClosed(close.code(), close.reason(), WsClosed.By.US));
    if (isFirst) {
      isBegun = true;
    }
    if (isBegun && !isAnswerDue) {
      outbound.close(); // now, so that nothing which this thread sends after can be accepted
      behind.execute(this::answerFirst);
      isAnswerDue = true; // last: if an Error strikes before, the next close() goes on
    }
    return isFirst;
  }

  private boolean settle(WsClosed how) {
    return closed.compareAndSet(null, how);
  }

  // ---- the lane: how it begins ----

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

  void lost(String why) {
    log.debug("{}: lost: {}", id, why);
    settle(new WsClosed(WsCloseCode.ABNORMAL_CLOSURE, why, WsClosed.By.NOBODY));
    answered = true; // whatever may still come in: there is no Close for 1006
    wire.close();
  }

  /** Something of this connection is half done, and can't be mended. */
  void failed(Throwable e) {
    intake.abandon();
    try {
      lost("the connection failed: " + e);
      log.log(Level.ERROR, "Connection " + id + " failed", e);
    } finally {
      wire.close(); // there may be no memory for words
    }
  }

  // ---- the lane: the peer leaves, the handler comes to the end, our Close follows ----

  private void peerLeaves() {
    if (peerLeft) {
      return;
    }
    inbound.complete();
    if (handlerAtEnd || inbound.isUntouched()) {
      answer();
      cancelScope();
    } else {
      limitHandler();
      if (!gone) {
        boolean brief = closeTimeout.compareTo(ANSWER_GRACE) < 0;
        graceTimer = lane.schedule(this::graceIsOver, brief ? closeTimeout : ANSWER_GRACE);
      }
    }
    peerLeft = true; // last: if an Error strikes before, the end of the wire goes on
  }

  private void graceIsOver() {
    try {
      answer();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** The handler has this long to come to the end of inbound, counted from when the peer left. */
  private void limitHandler() {
    if (cancelTimer == null) {
      cancelTimer = lane.schedule(this::cancelScope, closeTimeout);
    }
  }

  void handlerIsAtEnd() {
    handlerAtEnd = true;
    if (peerLeft) {
      answer();
      cancelScope();
    }
  }

  private void cancelScope() {
    boolean isCancelling = false;
    try {
      startCancelling();
      isCancelling = true;
    } finally {
      if (cancelTimer != null) {
        cancelTimer.close();
      }
      if (!isCancelling) { // no memory for a thread, say: later, then
        cancelTimer = lane.schedule(this::cancelScope, closeTimeout);
      }
    }
  }

  private void startCancelling() {
    if (!scope.isCancelled()) { // its lock, and its parent's, are not for an event loop to wait for
      String reason = "the peer of connection " + id + " has gone";
      Thread.ofVirtual().name("cancel " + id).start(() -> scope.cancel(reason, Runnable::run));
    }
  }

  /** Has our Close sent, after what was accepted before it. */
  private void answer() {
    if (answered || gone) {
      return;
    }
    answered = true;
    graceTimer.close();
    limitPeer();
    outbound.close();
    outbound.seal();
    endDeflation(); // nothing more is accepted that it could compress
    outflow.drain();
  }

  /** We close first, and read on, so that the peer's Close is seen. */
  private void answerFirst() {
    answer();
    intake.dropOverflow();
  }

  /** A slow peer has taken bytes: our Close, which is behind them, is delayed and not given up. */
  void onProgress() {
    if (answered && !gone) {
      limitPeer();
    }
  }

  private void limitPeer() {
    closeTimer.close();
    closeTimer = lane.schedule(wire::close, closeTimeout);
  }

  private void endDeflation() {
    if (deflation != null) {
      deflation.close();
    }
  }

  // ---- the lane: when the wire may be closed, and when it is ----

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
    // RFC 6455, section 7.1.1: the server closes the connection first; a client, when it has.
    boolean ourTurn = side == Side.SERVER || inputEnded;
    if (ourTurn && protocol.isCloseReceived() && outflow.isCloseFlushed()) {
      wire.close();
    }
  }

  /**
   * Half a connection is none; unless the peer has said Close or broken a rule, and waits for our
   * Close, or may have done so in what is still to be decoded.
   *
   * @return whether the wire stays open
   */
  boolean onInputEnded() {
    inputEnded = true;
    if (intake.isPaused()) {
      limitHandler();
      if (!answered) {
        closeTimer = lane.schedule(wire::close, closeTimeout);
      }
      return true;
    }
    return isOwedClose();
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

  private boolean isOwedClose() {
    return (protocol.isCloseReceived() || protocol.isFailed()) && !outflow.isCloseFlushed();
  }

  /** Nothing goes in or out any more. */
  void onWireClosed(@Nullable Throwable cause) {
    try {
      String why = cause == null ? "the peer closed the socket without a Close" : cause.toString();
      settle(new WsClosed(WsCloseCode.ABNORMAL_CLOSURE, why, WsClosed.By.NOBODY));
    } finally {
      gone = true;
      stopTimers();
      outbound.discard();
      endDeflation();
    }
  }

  private void stopTimers() {
    graceTimer.close();
    closeTimer.close();
  }

  /** After {@link #onWireClosed}, when nobody will publish to it any more: the handler is told. */
  void onPeerGone() {
    if (intake.isPaused()) {
      limitHandler(); // inbound ends when the handler has taken what was read, if it ever does
    } else {
      protocol.release();
      peerLeaves();
    }
  }
}
