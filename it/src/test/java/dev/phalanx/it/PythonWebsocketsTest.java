package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo's {@code /ws/mirror/deflate} talks to Python's {@code websockets}. */
class PythonWebsocketsTest {
  /** Surefire says where the module is; an IDE runs tests in it. */
  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("python/mirror.py");

  private static String python;

  /** Debian's Python first, since its packages are that one's. */
  @BeforeAll
  static void findPython() {
    Optional<String> found =
        List.of("/usr/bin/python3", "python3").stream()
            .filter(PythonWebsocketsTest::hasWebsockets)
            .findFirst();
    if (found.isEmpty()) {
      Ci.lacks(
          "There is no Python with `websockets`: install Debian's python3-websockets."
              + "\nPythonWebsocketsTest needs it, to talk to a client that no one here wrote.");
    }
    python = found.orElseThrow();
  }

  private static boolean hasWebsockets(String python) {
    try {
      return run(python, "-c", "import websockets").status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private record Output(int status, String text) {}

  private static Output run(String... command) throws IOException {
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

  @Test
  void every_message_comes_back_with_every_window_and_context() throws Exception {
    try (RunningServer demo = Demo.start("127.0.0.1", 0)) {
      Output mirror =
          run(python, SCRIPT.toString(), "ws://127.0.0.1:" + demo.port() + "/ws/mirror/deflate");

      // 7 windows, 4 combinations of context takeover, 30 messages whole and in parts
      assertThat(mirror.text()).isEqualTo("1680");
      assertThat(mirror.status()).isZero();
    }
  }
}
