package dev.phalanx.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClientConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Talks in a terminal: a line that can be edited below, and what happens above it. */
final class TerminalTalk {
  private static final Path HISTORY = Path.of(System.getProperty("user.home"), ".hermes_history");
  private static final int REMEMBERED = 500;
  private static final String HELP =
      """
      Each line is sent as a message.
        /ping    measures the round-trip time
        /close   closes the connection, as Ctrl-D does
        /help    shows this
        //…      sends a line that begins with a slash\
      """;

  private final WsClientConnection connection;
  private final Shown shown;
  private final boolean binary;

  TerminalTalk(WsClientConnection connection, Shown shown, boolean binary) {
    this.connection = connection;
    this.shown = shown;
    this.binary = binary;
  }

  /** Returns when the connection is closed, by either side; the terminal is as it was before. */
  void run() throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .appName("hermes")
              .variable(LineReader.HISTORY_FILE, HISTORY)
              .variable(LineReader.HISTORY_SIZE, REMEMBERED)
              .variable(LineReader.HISTORY_FILE_SIZE, REMEMBERED)
              .option(
                  LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is a letter like others
              .build();
      talk(reader);
    }
  }

  private void talk(LineReader reader) {
    String chosen = connection.subprotocol();
    reader.printAbove("open" + (chosen == null ? "" : ", subprotocol " + chosen) + "; /help");
    connection.onPing(ping -> reader.printAbove("ping" + payload(ping)));
    connection.onPong(pong -> reader.printAbove("pong" + roundTrip()));
    Thread.ofPlatform().daemon().name("hermes-input").start(() -> send(reader));
    for (WsMessage message : connection.inbound()) {
      String kind = message.isText() ? "text" : "binary";
      int size = message.bytes().length;
      reader.printAbove("< %s, %d bytes: %s".formatted(kind, size, shown.message(message)));
    }
    WsClosed closed = connection.closed();
    reader.printAbove("closed" + (closed == null ? "" : " with " + Shown.closed(closed)));
  }

  /** A Ping that only keeps the connection alive has none. */
  private static String payload(WsMessage.Ping ping) {
    byte[] bytes = ping.bytes();
    return bytes.length == 0 ? "" : ": " + HexFormat.of().formatHex(bytes);
  }

  private String roundTrip() {
    Duration rtt = connection.rtt();
    return rtt == null ? "" : String.format(Locale.ROOT, " after %.1f ms", rtt.toNanos() / 1e6);
  }

  private void send(LineReader reader) {
    try {
      boolean open = true;
      while (open) {
        open = act(reader, reader.readLine("> "));
      }
    } catch (EndOfFileException | UserInterruptException e) { // Ctrl-D, Ctrl-C
      connection.close(WsCloseCode.NORMAL, "");
    }
  }

  private boolean act(LineReader reader, String line) {
    return switch (line.strip()) {
      case "/help" -> {
        reader.printAbove(HELP);
        yield true;
      }
      case "/ping" -> connection.ping();
      case "/close" -> {
        connection.close(WsCloseCode.NORMAL, "");
        yield false;
      }
      default -> say(reader, line);
    };
  }

  private boolean say(LineReader reader, String line) {
    if (line.startsWith("/") && !line.startsWith("//")) {
      reader.printAbove("no such command: " + line + "; /help");
      return true;
    }
    String text = line.startsWith("//") ? line.substring(1) : line;
    return binary ? connection.sendBinary(text.getBytes(UTF_8)) : connection.sendText(text);
  }
}
