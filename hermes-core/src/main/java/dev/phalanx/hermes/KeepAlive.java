package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.rfc6455.Side;
import java.lang.ref.WeakReference;
import java.time.Duration;

/**
 * Finds out whether a silent peer is still there: a Ping after {@link WsConfig#pingInterval}
 * without a byte from it, and the connection is lost {@link WsConfig#pongTimeout} later if not a
 * byte came. While we pause reading, nothing can be heard and nothing is concluded; nor while the
 * connection is closing. A client doesn't wait for silence: its Pings measure the round trip, too.
 * Lane-confined.
 *
 * <p>Bytes that a slow peer takes are signs of life, as bytes from it are. A Ping that waits behind
 * a large frame can only reach the operating system together with such a sign, so the pong timeout
 * never counts the time for which a Ping waits here. What the operating system holds for a slow
 * peer is ahead of the Ping, too: a peer that has just taken bytes has {@link
 * WsConfig#pingInterval} more to answer.
 *
 * <p>The timer holds the link weakly, so that a lane's timers keep no forgotten connection alive.
 */
final class KeepAlive {
  private final Link link;
  private final Lane lane;
  private final Duration interval;
  private final Duration patience;
  private Registration timer = () -> {};
  private long heard;
  private long progressed;
  private long pinged;
  private boolean awaiting;

  KeepAlive(Link link, Lane lane, WsConfig config) {
    this.link = link;
    this.lane = lane;
    this.interval = config.pingInterval();
    this.patience = config.pongTimeout();
    this.heard = lane.nanoTime();
    this.progressed = heard - interval.toNanos(); // the peer has taken nothing yet
    this.pinged = heard;
    schedule(interval);
  }

  /** A byte came, or reading goes on: the peer's silence begins anew. */
  void heard() {
    heard = lane.nanoTime();
    awaiting = false;
  }

  /** A slow peer has taken bytes: a sign of life. */
  void progressed() {
    heard();
    progressed = heard;
  }

  void stop() {
    timer.close();
  }

  private void schedule(Duration delay) {
    timer = lane.schedule(new Tick(new WeakReference<>(this)), delay);
  }

  private void tick() {
    if (link.isGone()) {
      return; // it was due already when it was taken back
    }
    if (link.isReadingPaused()) {
      schedule(interval);
    } else if (awaiting) {
      concludeSilence();
    } else {
      long since = link.side() == Side.CLIENT ? pinged : heard;
      Duration left = interval.minusNanos(lane.nanoTime() - since);
      if (left.isPositive()) {
        schedule(left);
      } else if (link.sendKeepAlivePing()) {
        awaiting = true;
        pinged = lane.nanoTime();
        schedule(patience);
      } // else the closing handshake has timers of its own, and silence says nothing
    }
  }

  private void concludeSilence() {
    long now = lane.nanoTime();
    long askedBefore = now - pinged;
    long tookBefore = now - progressed;
    Duration left = patience.minusNanos(Math.min(askedBefore, tookBefore - interval.toNanos()));
    if (left.isPositive()) {
      schedule(left);
    } else {
      link.lost("no pong within pongTimeout (" + patience.toMillis() + " ms)");
    }
  }

  private record Tick(WeakReference<KeepAlive> owner) implements Runnable {
    @Override
    public void run() {
      KeepAlive keepAlive = owner.get();
      if (keepAlive != null) {
        keepAlive.link.guard(keepAlive::tick);
      }
    }
  }
}
