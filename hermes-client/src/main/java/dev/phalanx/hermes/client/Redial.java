package dev.phalanx.hermes.client;

import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.WsClosed;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts to connect again, on the thread of the connection's {@link Life}. They are counted
 * over all outages until a connection was stable: a server that opens and drops at once is dialled
 * no more often than one that does not answer.
 */
final class Redial {
  private static final Logger log = LoggerFactory.getLogger(WsClientConnection.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Opening opening;
  private final ReconnectPolicy policy;
  private final TimeSource time;
  private int attempts; // since a connection was stable

  Redial(Opening opening, ReconnectPolicy policy, TimeSource time) {
    this.opening = opening;
    this.policy = policy;
    this.time = time;
  }

  /** What came of it. */
  sealed interface Outcome {
    /** A connection is open. */
    record Opened(Leg leg) implements Outcome {}

    /** The policy has had enough; why, by the last failure. */
    record GivenUp(IOException why) implements Outcome {}
  }

  /** A connection was stable: the next outage gets all attempts, and short delays first. */
  void startAgain() {
    attempts = 0;
  }

  /**
   * Dials until a leg is open, or the policy has had enough.
   *
   * @param lost how the last connection ended
   * @throws InterruptedException if the user has closed the connection meanwhile
   */
  Outcome run(WsClosed lost) throws InterruptedException {
    Duration hint = ReconnectPolicy.hintIn(lost);
    IOException why = lostTooOften(lost);
    while (attempts < policy.attempts()) {
      attempts++;
      sleep(policy.delayBefore(attempts, hint, RANDOM));
      try {
        return new Outcome.Opened(opening.open(attempts));
      } catch (WsHandshakeException e) {
        why = e;
        hint = ReconnectPolicy.hintIn(e);
        if (!policy.retries(e.status())) {
          return new Outcome.GivenUp(why);
        }
      } catch (IOException e) {
        why = e;
        hint = null;
      } catch (RuntimeException e) { // of the user's code
        why = new IOException("the attempt could not be prepared: " + e, e);
        hint = null;
      }
      log.debug("attempt {}: {}", attempts, why.getMessage());
    }
    return new Outcome.GivenUp(why);
  }

  private IOException lostTooOften(WsClosed lost) {
    return new IOException(
        "all %d attempts were used up by connections that did not last stableAfter (%d ms); the last"
                .formatted(policy.attempts(), policy.stableAfter().toMillis())
            + " one ended with "
            + lost.code()
            + " "
            + lost.reason());
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
