package dev.phalanx.cli;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(
          spec.commandLine(), "--port must be from 0 to 65535, not " + port);
    }
    try (RunningServer server = Demo.start(host, port)) {
      PrintWriter out = spec.commandLine().getOut();
      String shown = host.contains(":") ? "[" + host + "]" : host;
      out.println("Serving on http://" + shown + ":" + server.port());
      out.flush();
      server.awaitShutdown();
    }
    return 0;
  }
}
