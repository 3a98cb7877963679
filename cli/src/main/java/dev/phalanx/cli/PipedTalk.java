package dev.phalanx.cli;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClientConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
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

  /**
   * Returns when the connection is closed, as it is when nobody reads the output any more. Reading
   * the input may go on then: nobody can stop it.
   */
  void run(InputStream in, PrintStream out) {
    Thread.ofPlatform().daemon().name("hermes-input").start(() -> send(in));
    boolean isRead = true;
    for (WsMessage message : connection.inbound()) {
      if (isRead) {
        out.println(shown.message(message));
        isRead = !out.checkError(); // which flushes; whoever reads, `head` say, may have enough
        heard.release();
        if (!isRead) {
          connection.close(WsCloseCode.NORMAL, "");
        }
      }
    }
  }

  private void send(InputStream in) {
    try (Lines lines = new Lines(in)) {
      boolean open = true;
      for (byte[] line = lines.next(); open && line != null; line = lines.next()) {
        open = binary ? connection.sendBinary(line) : connection.sendText(Lines.text(line));
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
