package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server that has no more file descriptors for connections. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "ulimit is the shell's of a Unix")
class OpenFilesTest {
  private static final int LIMIT = 250;

  @TempDir private Path folder;

  @Test
  void the_log_says_what_is_the_matter_and_the_server_goes_on_when_there_is_room_again()
      throws Exception {
    Path log = folder.resolve("stderr");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -n " + LIMIT + " && exec \"$0\" \"$@\""));
    command.addAll(Command.line("serve", "--port", "0"));
    Process serve = new ProcessBuilder(command).redirectError(log.toFile()).start();
    List<Socket> many = new ArrayList<>();
    try (BufferedReader out = serve.inputReader()) {
      int port = URI.create(out.readLine().substring("Serving on ".length())).getPort();
      assertThat(health(port)).contains(" 200 ");

      for (int i = 0; i < LIMIT; i++) {
        many.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> Files.readString(log).contains("too many open files"));
      assertThat(Files.readString(log))
          .contains("ulimit -n", "LimitNOFILE")
          .doesNotContain("\tat ", "exceptionCaught()");

      for (Socket socket : many) {
        socket.close();
      }
      await()
          .atMost(30, TimeUnit.SECONDS)
          .ignoreExceptions()
          .until(() -> health(port).contains(" 200 "));
    } finally {
      for (Socket socket : many) {
        socket.close();
      }
      serve.destroyForcibly();
    }
  }

  private static String health(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      String request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
