package dev.phalanx.conformance;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The suite, as {@code autobahn.sh} installs and runs it; that script has the details. */
final class Autobahn {

  private final Path module;

  /** For the module's folder, in which the script is. */
  Autobahn(Path module) {
    this.module = module;
  }

  /**
   * Runs the fuzzing client against a server on the loopback, and waits until it is done: 20 s, and
   * longer the first time. What the script prints goes to standard output as it comes.
   *
   * @throws IOException when there is no report; the reason has been printed
   */
  void fuzz(URI server, Path reports) throws IOException, InterruptedException {
    var command = List.of("./autobahn.sh", "server", server.toString(), reports.toString());
    Process script =
        new ProcessBuilder(command).directory(module.toFile()).redirectErrorStream(true).start();
    try {
      // Not inheritIO(): a forked test JVM speaks with Maven over its own standard output.
      Thread output =
          Thread.startVirtualThread(
              () -> script.inputReader().lines().forEach(System.out::println));
      int status = script.waitFor();
      output.join();
      if (status != 0) {
        throw new IOException(
            "No report of the Autobahn Testsuite: %s ended with %d, and said why on standard output."
                .formatted(String.join(" ", command), status));
      }
    } finally {
      script.descendants().forEach(ProcessHandle::destroy);
      script.destroy();
    }
  }
}
