package dev.phalanx.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClientConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends each line that comes in and prints each message that comes back, until the connection is
 * closed: by the server, or by us when the input has ended and nothing has come back for a moment.
 */
final class PipedTalk {
  private final WsClientConnection connection;
  private final Shown shown;
  private final boolean binary;
  private final Duration patience;
  private final Semaphore heard = new Semaphore(0); // a permit a message that was printed

  PipedTalk(WsClientConnection connection, Shown shown, boolean binary, Duration patience) {
    this.connection = connection;
    this.shown = shown;
    this.binary = binary;
    this.patience = patience;
  }

  /** Returns when the connection is closed. Reading may go on then: nobody can stop it. */
  void run(InputStream in, PrintWriter out) {
    Thread.ofPlatform().daemon().name("hermes-input").start(() -> send(in));
    for (WsMessage message : connection.inbound()) {
      out.println(shown.message(message));
      out.flush();
      heard.release();
    }
  }

  private void send(InputStream in) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      boolean open = true;
      for (String line = lines.readLine(); open && line != null; line = lines.readLine()) {
        open = binary ? connection.sendBinary(line.getBytes(UTF_8)) : connection.sendText(line);
      }
      awaitSilence();
      connection.close(WsCloseCode.NORMAL, "");
    } catch (IOException e) {
      connection.close(WsCloseCode.INTERNAL_ERROR, "the input can't be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; then it ends
    }
  }

  private void awaitSilence() throws InterruptedException {
    do {
      heard.drainPermits();
    } while (heard.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS));
  }
}
