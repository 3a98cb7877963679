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
 * <p>The timer holds the link weakly, so that a lane's timers keep no forgotten connection alive.
 */
final class KeepAlive {
  private final Link link;
  private final Lane lane;
  private final Duration interval;
  private final Duration patience;
  private Registration timer = () -> {};
  private long heard;
  private long pinged;
  private boolean awaiting;

  KeepAlive(Link link, Lane lane, WsConfig config) {
    this.link = link;
    this.lane = lane;
    this.interval = config.pingInterval();
    this.patience = config.pongTimeout();
    this.heard = lane.nanoTime();
    this.pinged = heard;
    schedule(interval);
  }

  /** A byte came, or reading goes on: the peer's silence begins anew. */
  void heard() {
    heard = lane.nanoTime();
    awaiting = false;
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
      link.lost("no pong within pongTimeout (" + patience.toMillis() + " ms)");
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

  private record Tick(WeakReference<KeepAlive> owner) implements Runnable {
    @Override
    public void run() {
      KeepAlive keepAlive = owner.get();
      if (keepAlive != null) {
        keepAlive.tick();
      }
    }
  }
}
