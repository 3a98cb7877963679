package dev.phalanx.hermes.client;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.ClientSession;
import dev.phalanx.hermes.WsCloseCode;
import java.time.Duration;

/** Closes a connection on which nothing is said. Any thread. */
final class IdleLimit {
  private final ClientSession session;
  private final Duration limit;
  private final TimeSource time;
  private volatile Registration timer = () -> {};
  private volatile boolean stopped;

  private IdleLimit(ClientSession session, Duration limit, TimeSource time) {
    this.session = session;
    this.limit = limit;
    this.time = time;
  }

  static IdleLimit watch(ClientSession session, Duration limit, TimeSource time) {
    IdleLimit idle = new IdleLimit(session, limit, time);
    idle.wait(limit);
    return idle;
  }

  private void wait(Duration delay) {
    timer = time.schedule(this::look, delay);
    if (stopped) { // after setting it: either this sees it, or stop() sees the timer
      timer.close();
    }
  }

  private void look() {
    Duration left = limit.minus(session.idle());
    if (left.isPositive()) {
      wait(left);
    } else {
      String why = "no message for idleTimeout (" + limit.toMillis() + " ms)";
      session.connection().close(WsCloseCode.GOING_AWAY, why);
    }
  }

  void stop() {
    stopped = true;
    timer.close();
  }
}
