package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.Application;
import dev.phalanx.cli.OneLineLog;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

  /** A process whose handler ends neither by itself nor when interrupted. */
  static final class StuckMain {
    public static void main(String[] arguments) throws Exception {
      OneLineLog.install();
      CountDownLatch ended = new CountDownLatch(1);
      OneLineLog.stayOpenUntil(ended);
      WsRouteGroup ws = WsRouteGroup.builder().route("/", EndOfProcessTest::ignoreAll).build();
      try (Application app = Application.starting().compile();
          RunningServer server =
              Runner.from(app)
                  .withWebsockets(ws)
                  .withShutdownTimeout(Duration.ofMillis(200))
                  .start("127.0.0.1", 0)) {
        System.out.println(server.port());
        server.awaitShutdown();
      } finally {
        ended.countDown();
      }
    }
  }

  private static void ignoreAll(WsScope scope) {
    scope.connection().sendText("welcome");
    CountDownLatch never = new CountDownLatch(1);
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // goes on
      }
    }
  }

  @Test
  void a_handler_that_will_not_end_is_reported_in_the_log_of_the_jdk() throws Exception {
    Process process = java(ProcessBuilder.Redirect.PIPE, StuckMain.class.getName());
    try (BufferedReader out = process.inputReader();
        BufferedReader errors = process.errorReader()) {
      URI uri = URI.create("ws://127.0.0.1:" + out.readLine() + "/");
      try (JdkClient alice = JdkClient.at(uri)) {
        alice.hears("welcome");

        process.toHandle().destroy(); // SIGTERM

        assertThat(errors.lines())
            .anyMatch(line -> line.contains("did not end within PT0.2S"))
            .anyMatch(line -> line.contains("EndOfProcessTest.ignoreAll"));
      }
      assertThat(process.waitFor(20, SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(int port) throws Exception {
    return java(ProcessBuilder.Redirect.DISCARD, Main.class.getName(), "127.0.0.1:" + port);
  }

  private static Process java(ProcessBuilder.Redirect errors, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(errors).start();
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
