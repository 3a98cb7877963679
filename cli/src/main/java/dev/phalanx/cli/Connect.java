package dev.phalanx.cli;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.hermes.client.WsHandshakeException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hermes connect}: talks to a WebSocket, line by line. */
@Command(
    name = "connect",
    description = {
      "Connects to a WebSocket, sends each line, and shows what comes back.",
      "In a terminal, lines can be edited and called back, and /help says what else there is.",
      "When its input is piped, it prints plain lines and ends a moment after the last answer."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the connection was closed with 1000 or without a code, by either side",
      "1:the server can't be reached",
      "2:the command was misused",
      "3:the server answered, but opened no WebSocket",
      "4:the connection was lost, or closed with another code"
    },
    mixinStandardHelpOptions = true)
final class Connect implements Callable<Integer> {
  private static final int UNREACHABLE = 1;
  private static final int REFUSED = 3;
  private static final int CLOSED_BADLY = 4;

  /**
   * Bytes of a message that is received: more than servers send, and less than would be a flood.
   */
  private static final int LARGEST = 16 << 20;

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private ClientOptions client;

  @Option(names = "--binary", description = "Send each line as a binary message, byte for byte.")
  private boolean binary;

  @Option(names = "--json", description = "Print JSON with indentation.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = {
        "When the input is piped and has ended: how long nothing must have come back before the"
            + " connection is closed (default: ${DEFAULT-VALUE})."
      })
  private double wait = 1;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    WsClientConfig config = config();
    PrintWriter errors = spec.commandLine().getErr();
    try (WsClientConnection connection = WsClient.connect(client.url(), config)) {
      talk(connection);
      return codeOf(Objects.requireNonNull(connection.closed(), "it has ended"), errors);
    } catch (WsHandshakeException e) {
      errors.println("hermes: " + e.getMessage());
      return REFUSED;
    } catch (IOException e) {
      errors.println("hermes: " + e.getMessage());
      return UNREACHABLE;
    }
  }

  private void talk(WsClientConnection connection) throws Exception {
    Shown shown = new Shown(json);
    if (isTerminal(System.console())) {
      new TerminalTalk(connection, shown, binary).run();
    } else {
      Duration patience = Duration.ofMillis(Math.round(wait * 1_000));
      new PipedTalk(connection, shown, binary, patience).run(System.in, System.out);
    }
  }

  static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static int codeOf(WsClosed closed, PrintWriter errors) {
    WsCloseCode code = closed.code();
    if (code.equals(WsCloseCode.NORMAL) || code.equals(WsCloseCode.NO_STATUS_RECEIVED)) {
      return 0;
    }
    errors.println("hermes: closed with " + Shown.closed(closed));
    return CLOSED_BADLY;
  }

  private WsClientConfig config() {
    if (!(wait >= 0) || wait > 3_600) {
      throw new ParameterException(
          spec.commandLine(), "--wait must be from 0 to 3600, not " + wait);
    }
    return client.config().withWs(ws -> ws.withMaxMessageSize(LARGEST).withInboundBytes(LARGEST));
  }
}
