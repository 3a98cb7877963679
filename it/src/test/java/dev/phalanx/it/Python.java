package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Python that has {@code websockets}, and what runs in it: {@code it/python/mirror.py}. */
final class Python {
  /** Surefire says where the module is; an IDE runs tests in it. */
  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("python/mirror.py");

  private final String command;

  private Python(String command) {
    this.command = command;
  }

  /** Debian's Python first, since its packages are that one's. */
  static Python find() {
    Optional<String> found =
        Stream.of("/usr/bin/python3", "python3").filter(Python::hasWebsockets).findFirst();
    if (found.isEmpty()) {
      Ci.lacks(
          "There is no Python with `websockets`: install Debian's python3-websockets."
              + "\nIt is a peer that no one here wrote.");
    }
    return new Python(found.orElseThrow());
  }

  private static boolean hasWebsockets(String python) {
    try {
      return run(List.of(python, "-c", "import websockets")).status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  record Output(int status, String text) {}

  /** Has it talk to a mirror until it is done. */
  Output talk(String url) throws IOException {
    return run(List.of(command, SCRIPT.toString(), "talk", url));
  }

  /** Has it serve until its input is closed. */
  Process serve() throws IOException {
    return new ProcessBuilder(command, SCRIPT.toString(), "serve")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Output run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var reader = process.inputReader()) {
      String text = String.join("\n", reader.lines().toList());
      process.waitFor(50, SECONDS);
      return new Output(process.exitValue(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
