package dev.phalanx.hermes.client;

import dev.phalanx.aegis.TimeSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts of one outage, on the thread of the connection's {@link Life}. */
record Redial(Opening opening, ReconnectPolicy policy, TimeSource time) {
  private static final Logger log = LoggerFactory.getLogger(WsClientConnection.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Dials until a leg is open, or the policy has had enough.
   *
   * @param firstHint when the server wants to be called again; null if it didn't say
   * @return null if it is given up
   * @throws InterruptedException if the user has closed the connection meanwhile
   */
  @Nullable Leg run(@Nullable Duration firstHint) throws InterruptedException {
    Duration hint = firstHint;
    for (int attempt = 1; attempt <= policy.attempts(); attempt++) {
      sleep(policy.delayBefore(attempt, hint, RANDOM));
      try {
        return opening.open();
      } catch (WsHandshakeException e) {
        log.debug("attempt {}: {}", attempt, e.getMessage());
        if (!policy.retries(e.status())) {
          break;
        }
        hint = ReconnectPolicy.hintIn(e);
      } catch (IOException e) {
        log.debug("attempt {}: {}", attempt, e.getMessage());
        hint = null;
      }
    }
    log.info("{}: given up", opening.target());
    return null;
  }

  private void sleep(Duration delay) throws InterruptedException {
    long deadline = time.nanoTime() + delay.toNanos();
    while (time.nanoTime() - deadline < 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      time.parkUntil(deadline);
    }
  }
}
