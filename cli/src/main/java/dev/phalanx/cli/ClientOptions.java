package dev.phalanx.cli;

import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.transport.TlsClientConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where a command connects to, and what its handshakes say. */
final class ClientOptions {
  @Parameters(paramLabel = "URL", description = "ws://… or wss://…")
  @SuppressWarnings("NullAway.Init") // picocli sets it before the command is called
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
      description =
          "Certificates, in PEM, of those who may vouch for the server, in place of the JDK's.")
  private @Nullable Path authorities;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before the command is called
  private CommandSpec spec;

  /** The URL, which is a WebSocket's. */
  URI url() {
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

  /** The settings of a client that was told all this. */
  WsClientConfig config() {
    try {
      WsClientConfig config =
          WsClientConfig.defaults().withSubprotocols(subprotocols.toArray(String[]::new));
      if (authorities != null) {
        config = config.withTls(TlsClientConfig.defaults().withAuthorities(authorities));
      }
      for (String header : headers) {
        config = withHeader(config, header);
      }
      return config;
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private WsClientConfig withHeader(WsClientConfig config, String header) {
    int colon = header.indexOf(':');
    if (colon < 1) {
      throw misuse("--header must be 'NAME: VALUE', not '" + header + "'");
    }
    return config.withHeader(
        header.substring(0, colon).strip(), header.substring(colon + 1).strip());
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
