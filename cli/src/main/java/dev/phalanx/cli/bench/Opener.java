package dev.phalanx.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.hermes.ClientHandshake;
import dev.phalanx.http.Wire;
import dev.phalanx.transport.DialledAnswer;
import dev.phalanx.transport.HttpDialer;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Opens connections. Any thread but a lane; the calling thread waits. */
final class Opener implements AutoCloseable {
  private final BenchSettings settings;
  private final Destination destination;
  private final HttpDialer dialer;

  Opener(BenchSettings settings, Destination destination) {
    this.settings = settings;
    this.destination = destination;
    this.dialer = HttpDialer.start(settings.eventLoops());
  }

  /**
   * Opens one.
   *
   * @param making must not block
   * @throws RefusedException if the server's answer opens no WebSocket
   * @throws IOException that names host and port: if it can't be reached or trusted
   */
  <T extends Talker> T open(Function<Wire, T> making) throws IOException, InterruptedException {
    ClientHandshake handshake = ClientHandshake.of(settings.client().ws());
    var request = destination.request(handshake.request(settings.client().headers()));
    try (DialledAnswer answer = dialer.dial(request, settings.client().dial())) {
      if (handshake.judge(answer.status(), answer.headers())
          instanceof ClientHandshake.Refused refused) {
        throw new RefusedException(
            destination + " opened no WebSocket: " + refused.fault() + firstLine(answer.body()));
      }
      AtomicReference<T> made = new AtomicReference<>();
      answer.open(wire -> {
        made.set(making.apply(wire));
        return Objects.requireNonNull(made.get());
      });
      return Objects.requireNonNull(made.get(), "open() makes it here and now");
    }
  }

  private static String firstLine(byte[] body) {
    String line = new String(body, UTF_8).lines().findFirst().orElse("");
    String shown = line.replaceAll("\\p{Cntrl}", "?");
    return shown.isBlank() ? "" : "; it says: " + shown.substring(0, Math.min(200, shown.length()));
  }

  /** Closes what is open, and ends the event loops. */
  @Override
  public void close() {
    dialer.close();
  }
}
