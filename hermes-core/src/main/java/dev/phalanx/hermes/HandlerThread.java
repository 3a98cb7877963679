package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.aegis.Stragglers;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.http.Lane;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that runs a connection's handler: reported when it outlives the connection by much,
 * and waiting for the wire's end when the handler has returned. Any thread, except what is marked.
 */
final class HandlerThread {
  /** A handler that is still running so long after its connection has gone is reported. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Lane lane;
  private final Ending ending;
  private final Outbound outbound;
  private final Duration closeTimeout;
  private volatile @Nullable Thread running; // while the handler does
  private volatile @Nullable Thread waiting; // in awaitGone
  private Registration timer = () -> {}; // the lane's

  HandlerThread(Lane lane, Ending ending, Outbound outbound, Duration closeTimeout) {
    this.lane = lane;
    this.ending = ending;
    this.outbound = outbound;
    this.closeTimeout = closeTimeout;
  }

  /** The calling thread begins to run the handler. */
  void starts() {
    running = Thread.currentThread();
    if (ending.isGone()) { // after setting it: either this sees gone, or onGone sees the handler
      lane.execute(this::watch);
    }
  }

  /** The handler has returned. */
  void returned() {
    running = null;
    lane.execute(() -> timer.close());
  }

  /** Waits until the wire is closed, which the timers of the closing handshake see to. */
  void awaitGone(TimeSource time) {
    waiting = Thread.currentThread();
    long from = lane.nanoTime();
    long left = 2 * closeTimeout.toNanos();
    while (!ending.isGone() && left > 0 && !Thread.currentThread().isInterrupted()) {
      time.parkUntil(time.nanoTime() + left);
      left = 2 * closeTimeout.toNanos() - outbound.stalledSince(from);
    }
    waiting = null;
  }

  /** The wire is closed. The lane's. */
  void onGone() {
    watch();
    LockSupport.unpark(waiting);
  }

  private void watch() {
    if (running != null) {
      timer.close();
      timer = lane.schedule(this::report, PATIENCE);
    }
  }

  private void report() {
    Thread late = running;
    if (late != null) {
      String words = "still runs " + PATIENCE + " after its connection has gone";
      Thread.startVirtualThread(() -> Stragglers.report(late, words)); // a log may wait
    }
  }
}
