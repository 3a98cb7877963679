package dev.phalanx.cli;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.hermes.client.WsHandshakeException;
import dev.phalanx.transport.TlsClientConfig;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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

  @Parameters(paramLabel = "URL", description = "ws://… or wss://…")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private String url;

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description = "A subprotocol to offer; may be repeated, the preferred one first.")
  private List<String> subprotocols = List.of();

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A header for the handshake; may be repeated.")
  private List<String> headers = List.of();

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Trust the certificates in this PEM file, in place of the JDK's authorities.")
  private @Nullable Path authorities;

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
    try (WsClientConnection connection = WsClient.connect(uri(), config)) {
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

  private static boolean isTerminal(@Nullable Console console) {
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

  private URI uri() {
    try {
      URI uri = URI.create(url);
      if (!"ws".equalsIgnoreCase(uri.getScheme()) && !"wss".equalsIgnoreCase(uri.getScheme())) {
        throw misuse("URL must begin with ws:// or wss://, not " + url);
      }
      return uri;
    } catch (IllegalArgumentException e) {
      throw misuse("URL is malformed: " + e.getMessage());
    }
  }

  private WsClientConfig config() {
    if (!(wait >= 0) || wait > 3_600) {
      throw misuse("--wait must be from 0 to 3600, not " + wait);
    }
    try {
      WsClientConfig config =
          WsClientConfig.defaults()
              .withWs(ws -> ws.withMaxMessageSize(LARGEST).withInboundBytes(LARGEST))
              .withSubprotocols(subprotocols.toArray(String[]::new));
      if (authorities != null) {
        config = config.withTls(TlsClientConfig.defaults().withAuthorities(authorities));
      }
      for (String header : headers) {
        int colon = header.indexOf(':');
        if (colon < 1) {
          throw misuse("--header must be 'NAME: VALUE', not '" + header + "'");
        }
        config =
            config.withHeader(
                header.substring(0, colon).strip(), header.substring(colon + 1).strip());
      }
      return config;
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
