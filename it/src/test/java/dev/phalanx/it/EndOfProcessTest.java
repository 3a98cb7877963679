package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.stoa.Runner;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A process that is told to end while it serves: nothing is left open. */
class EndOfProcessTest {
  /** A service that takes its time to close: until somebody says a line to the process. */
  public static final class Ledger implements AutoCloseable {
    @Override
    public void close() throws Exception {
      System.out.println("closing");
      System.in.read();
      System.out.println("closed");
    }
  }

  static final class Chat implements WsHandler {
    Chat(Ledger ledger) {}

    @Override
    public void handle(WsScope scope) {
      scope.connection().sendText("welcome");
      scope.connection().inbound().forEach(scope.connection()::send);
      System.out.println("the handler has ended");
    }
  }

  /** The process: serves at the address that it is given. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      WsRouteGroup ws = WsRouteGroup.builder().route("/", Chat.class).build();
      Application app =
          Application.starting().providers(services -> services.singleton(Ledger.class)).compile();
      try (app) {
        Runner.from(app).withWebsockets(ws).run(arguments[0]);
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(int port) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "127.0.0.1:" + port)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void services_are_closed_after_the_handlers_and_before_the_process_ends() throws Exception {
    int port = freePort();
    Process process = start(port);
    try (BufferedReader out = process.inputReader()) {
      try (JdkClient alice =
          Awaitility.await()
              .atMost(30, SECONDS)
              .ignoreExceptions()
              .until(() -> JdkClient.at(URI.create("ws://127.0.0.1:" + port + "/")), c -> true)) {
        alice.hears("welcome");

        process.toHandle().destroy(); // SIGTERM

        alice.hearsClose(1001, "the server is going down");
      }
      assertThat(out.readLine()).isEqualTo("the handler has ended");
      assertThat(out.readLine()).isEqualTo("closing");
      process.outputWriter().append('\n').flush();

      assertThat(out.readLine()).isEqualTo("closed");
      assertThat(process.waitFor(20, SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
