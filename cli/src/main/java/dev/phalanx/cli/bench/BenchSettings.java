package dev.phalanx.cli.bench;

import dev.phalanx.hermes.client.WsClientConfig;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do. Immutable.
 *
 * @param url {@code ws} or {@code wss}
 * @param client the handshake's headers and subprotocols, TLS, and the limits of dialling
 * @param connections how many are open at once; in a fan-out one of them publishes
 * @param inFlight messages that a connection may have sent without an answer; in a fan-out, that
 *     may not have reached everybody
 * @param size bytes in a message; from 16 on each message is checked to be the one that is due,
 *     below that as far as its digits go
 * @param binary whether messages are binary
 * @param warmUp how long it runs before anything is counted
 * @param duration how long it is measured
 * @param rate messages or handshakes a second, all connections together, whether or not the server
 *     keeps up; latency then counts from when each was due. 0 for as fast as the answers come
 * @param patience so long nothing may come while something is owed; then it is given up
 * @param eventLoops that carry the connections
 * @param pid the server's process, whose CPU and memory are read from {@code /proc}; null for none
 */
public record BenchSettings(
    Mode mode,
    URI url,
    WsClientConfig client,
    int connections,
    int inFlight,
    int size,
    boolean binary,
    Duration warmUp,
    Duration duration,
    double rate,
    Duration patience,
    int eventLoops,
    @Nullable Long pid) {
  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the option and its bounds
   */
  public BenchSettings {
    between("--connections", connections, mode == Mode.FAN_OUT ? 2 : 1, 1_000_000);
    between("--in-flight", inFlight, 1, 65_536);
    between("--size", size, mode == Mode.FAN_OUT ? Payload.DIGITS : 0, 16 << 20);
    between("--event-loops", eventLoops, 1, 1_024);
    between("--duration", duration, Duration.ofMillis(100));
    between("--warm-up", warmUp, Duration.ZERO);
    between("--timeout", patience, Duration.ofMillis(100));
    if (!(rate >= 0) || rate > 1e8) {
      throw new IllegalArgumentException("--rate must be 0 to 100000000, not " + rate);
    }
    if (rate > 0 && mode == Mode.IDLE) {
      throw new IllegalArgumentException("--rate means nothing to idle connections");
    }
  }

  private static void between(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(option, least, most, value));
    }
  }

  private static void between(String option, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to 86400 seconds, not %s"
              .formatted(option, seconds(least), seconds(value)));
    }
  }

  private static String seconds(Duration duration) {
    return String.valueOf(duration.toMillis() / 1e3);
  }

  /** The patience, as it is said. */
  String within() {
    return " within " + patience.toMillis() / 1e3 + " s";
  }

  /** Nanoseconds between two messages of the whole load; 0 if there is no rate. */
  double interval() {
    return rate == 0 ? 0 : 1e9 / rate;
  }
}
