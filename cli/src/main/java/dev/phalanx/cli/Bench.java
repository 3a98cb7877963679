package dev.phalanx.cli;

import dev.phalanx.cli.bench.BenchResult;
import dev.phalanx.cli.bench.BenchRun;
import dev.phalanx.cli.bench.BenchSettings;
import dev.phalanx.cli.bench.Mode;
import dev.phalanx.cli.bench.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hermes bench}: puts a load on a WebSocket server, and says how it bears it. */
@Command(
    name = "bench",
    description = {
      "Puts a load on a WebSocket server, and says how many messages came back and how soon.",
      "",
      "Modes:",
      "  echo      each connection sends, and waits for its answers: what it sent,",
      "            whatever stands before it",
      "  fan-out   one connection publishes, and all the others wait for it",
      "  connect   connections are opened and closed; what counts is the opening",
      "  idle      connections are opened and held",
      "",
      "Without --rate, each answer has the next message sent: so a slow server is asked",
      "less. With --rate, messages are sent when they are due, and latency counts from then.",
      ""
    },
    footer = {
      "",
      "For example, with ./hermes serve running:",
      "  hermes bench ws://127.0.0.1:8080/ws/echo",
      "  hermes bench --rate 20000 --in-flight 100 ws://127.0.0.1:8080/ws/echo",
      "  hermes bench --mode fan-out --connections 1001 ws://127.0.0.1:8080/ws/relay/1"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:the server can't be reached",
      "2:the command was misused",
      "3:the server answered, but opened no WebSocket",
      "4:there were errors, which are said, or nothing came back"
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {
  private static final int UNREACHABLE = 1;
  private static final int REFUSED = 3;
  private static final int ERRORS = 4;
  private static final int IN_FLIGHT_AT_A_RATE = 100;

  /** In which unit {@code --histogram} has its values: microseconds. */
  private static final double MICROS = 1_000.0;

  @Mixin
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private ClientOptions client;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "echo, fan-out, connect or idle (default: ${DEFAULT-VALUE}).")
  private Mode mode = Mode.ECHO;

  @Option(
      names = {"-c", "--connections"},
      paramLabel = "N",
      description = "Connections that are open at once (default: ${DEFAULT-VALUE}).")
  private int connections = 100;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      description =
          "Messages that may be on their way at once: of each connection, or, in a fan-out, in all"
              + " (default: 1; with --rate, 100).")
  private @Nullable Integer inFlight;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "Bytes in a message (default: ${DEFAULT-VALUE}).")
  private int size = 32;

  @Option(names = "--binary", description = "Send binary messages.")
  private boolean binary;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "SECONDS",
      description = "How long is measured (default: ${DEFAULT-VALUE}).")
  private double duration = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "How long it runs before that; a JVM needs a while (default: ${DEFAULT-VALUE}).")
  private double warmUp = 3;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Messages (or handshakes) a second, all connections together, however slow the answers.")
  private double rate;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long nothing may come while something is owed: then that is an error"
              + " (default: ${DEFAULT-VALUE}).")
  private double timeout = 10;

  @Option(
      names = "--event-loops",
      paramLabel = "N",
      description = "Threads of the load (default: 1).")
  private int eventLoops = 1;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description =
          "The server's process, on this machine (Linux): says its CPU time per message, and its"
              + " memory.")
  private @Nullable Long pid;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(
      names = "--histogram",
      paramLabel = "FILE",
      description = "Write all latencies, in µs, as a percentile distribution of HdrHistogram.")
  private @Nullable Path histogram;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchSettings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter errors = spec.commandLine().getErr();
    BenchRun run = new BenchRun(settings, BenchProgress.to(errors));
    try {
      BenchResult result = run.run();
      if (json) {
        BenchReport.json(result, out);
      } else {
        BenchReport.text(result, out);
      }
      out.flush();
      if (histogram != null) {
        write(run.histogram(), histogram);
      }
      return result.errors().isEmpty() && result.count() > 0 ? 0 : ERRORS;
    } catch (RefusedException e) {
      errors.println("hermes: " + e.getMessage());
      return REFUSED;
    } catch (IOException e) {
      errors.println("hermes: " + e.getMessage());
      return UNREACHABLE;
    }
  }

  private BenchSettings settings() {
    int most = inFlight != null ? inFlight : rate > 0 ? IN_FLIGHT_AT_A_RATE : 1;
    try {
      return new BenchSettings(
          mode,
          client.url(),
          client.config(),
          connections,
          most,
          size,
          binary,
          seconds("--warm-up", warmUp),
          seconds("--duration", duration),
          rate,
          seconds("--timeout", timeout),
          eventLoops,
          pid);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private static Duration seconds(String option, double seconds) {
    if (!(seconds >= 0) || seconds > 86_400) {
      throw new IllegalArgumentException(option + " must be 0 to 86400 seconds, not " + seconds);
    }
    return Duration.ofMillis(Math.round(seconds * 1e3));
  }

  private static void write(Histogram latencies, Path file) throws IOException {
    try (PrintStream to =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      latencies.outputPercentileDistribution(to, MICROS);
    }
  }
}
