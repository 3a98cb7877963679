package dev.phalanx.conformance;

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The suite, as {@code autobahn.sh} installs and runs it; that script has the details. */
final class Autobahn {
  /** Surefire says where the module is; an IDE runs tests in it. */
  static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  private static final String SERVING = "autobahn: serving at ";

  private final Path reports;
  private final List<String> groups;
  private final int limitSeconds;

  /**
   * Cases to be played, and where to report of them.
   *
   * @param groups such as {@code 12.*}; none for all that the edition has
   * @param limitSeconds how long the suite may take
   */
  Autobahn(Path reports, int limitSeconds, String... groups) {
    this.reports = reports;
    this.limitSeconds = limitSeconds;
    this.groups = List.of(groups);
  }

  /** A client under test: it asks the suite's server for its cases, plays them, and returns. */
  @FunctionalInterface
  interface Client {
    void play(URI suite) throws IOException, InterruptedException;
  }

  /**
   * Runs the fuzzing client against a server on the loopback, and waits until it is done: 20 s, and
   * longer the first time. What the script prints goes to standard output as it comes.
   *
   * @throws IOException when there is no report; the reason has been printed
   */
  Outcomes fuzzServer(URI server) throws IOException, InterruptedException {
    Process script = start("server", server.toString());
    try (BufferedReader said = script.inputReader()) {
      said.lines().forEach(System.out::println);
      return report(script);
    } finally {
      end(script);
    }
  }

  /**
   * Runs the fuzzing server while a client is there; as {@link #fuzzServer}.
   *
   * @throws IOException when there is no report, or the client's
   */
  Outcomes fuzzClient(Client client) throws IOException, InterruptedException {
    Process script = start("client", Integer.toString(freePort()));
    try (BufferedReader said = script.inputReader()) {
      try {
        String line = said.readLine();
        // What installs the suite may leave a terminal's codes before it, without a line's end.
        for (; line != null && !line.contains(SERVING); line = said.readLine()) {
          System.out.println(line);
        }
        if (line != null) {
          Thread.ofVirtual().start(() -> said.lines().forEach(System.out::println));
          client.play(URI.create(line.substring(line.indexOf(SERVING) + SERVING.length())));
        }
        script.getOutputStream().close();
        return report(script);
      } finally {
        end(script); // before its reader is closed, which would wait for what is being read
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /** Not with inheritIO(): a forked test JVM speaks with Maven over its own standard output. */
  private Process start(String role, String peer) throws IOException {
    var builder = new ProcessBuilder("./autobahn.sh", role, peer, reports.toString());
    builder.environment().put("AUTOBAHN_LIMIT", Integer.toString(limitSeconds));
    if (!groups.isEmpty()) {
      builder.environment().put("AUTOBAHN_CASES", String.join(",", groups));
    }
    return builder.directory(MODULE.toFile()).redirectErrorStream(true).start();
  }

  private Outcomes report(Process script) throws IOException, InterruptedException {
    int status = script.waitFor();
    if (status != 0) {
      throw new IOException(
          "No report of the Autobahn Testsuite: %s ended with %d, and said why on standard output."
              .formatted(script.info().commandLine().orElse("autobahn.sh"), status));
    }
    Outcomes outcomes = Outcomes.ofRun(reports.resolve("index.json"));
    outcomes.write(reports.resolve("outcomes.json"));
    return outcomes;
  }

  private static void end(Process script) {
    Stream.concat(script.descendants(), Stream.of(script.toHandle()))
        .forEach(ProcessHandle::destroy);
  }

  /** What to say when a run isn't as expected: how it differs, and where to read of it. */
  String complaint(Path expectations, Differences differences) {
    return Stream.of(
            "Differs from " + MODULE.relativize(expectations) + ":",
            differences + "The report: " + reports.resolve("index.html").toUri())
        .collect(joining(System.lineSeparator()));
  }
}
