package dev.phalanx.cli;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hermes serve}: the demo application, until the process is told to end. */
@Command(
    name = "serve",
    description = "Serves the demo application: HTTP and WebSocket on one port.",
    mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
  @Option(
      names = "--host",
      paramLabel = "H",
      description = "Address to listen at (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port to listen at, 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Serve https and wss: the certificate chain, in PEM.")
  private @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The private key of --tls-cert, in PEM (PKCS #8).")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-self-signed",
      description = "Serve https and wss with a certificate of its own making, for development.")
  private boolean tlsSelfSigned;

  @Option(
      names = "--allowed-host",
      paramLabel = "NAME",
      description = {
        "Host that requests may name, such as example.com or *.example.com, besides localhost and"
            + " --host; may be repeated. * for any.",
        "By default, any if --host is not a loopback address."
      })
  private List<String> allowedHosts = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (port < 0 || port > 65_535) {
      throw misuse("--port must be from 0 to 65535, not " + port);
    }
    TlsConfig tls = tls();
    HttpServerConfig config =
        HttpServerConfig.defaults().withProcess(true).withAllowedHosts(hosts());
    CountDownLatch ended = new CountDownLatch(1);
    OneLineLog.stayOpenUntil(ended);
    try (RunningServer server =
        Demo.start(host, port, tls == null ? config : config.withTls(tls))) {
      PrintWriter out = spec.commandLine().getOut();
      String shown = host.contains(":") ? "[" + host + "]" : host;
      out.println(
          "Serving on " + (tls == null ? "http" : "https") + "://" + shown + ":" + server.port());
      out.flush();
      server.awaitShutdown();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private String[] hosts() {
    InetAddress address = new InetSocketAddress(host, port).getAddress(); // null: no such host
    if (allowedHosts.isEmpty() && (address == null || !address.isLoopbackAddress())) {
      return new String[] {"*"};
    }
    Set<String> all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "[::1]"));
    all.add(host.contains(":") ? "[" + host + "]" : host);
    all.addAll(allowedHosts);
    return all.toArray(String[]::new);
  }

  private @Nullable TlsConfig tls() throws IOException, InterruptedException {
    if ((tlsCert == null) != (tlsKey == null)) {
      throw misuse("--tls-cert and --tls-key go together");
    }
    if (tlsCert == null || tlsKey == null) {
      return tlsSelfSigned ? selfSigned() : null;
    }
    if (tlsSelfSigned) {
      throw misuse("--tls-self-signed makes a certificate: it can't be had with --tls-cert");
    }
    return TlsConfig.pem(tlsCert, tlsKey);
  }

  /** On standard error, since standard output has one line, for scripts. */
  private TlsConfig selfSigned() throws IOException, InterruptedException {
    SelfSigned made = SelfSigned.make(host);
    PrintWriter errors = spec.commandLine().getErr();
    errors.println("the certificate, for clients that are to trust it: " + made.certificate());
    errors.flush();
    return made.tls();
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
