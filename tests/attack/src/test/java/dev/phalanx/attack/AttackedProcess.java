package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An {@link AttackedServer} in a process of its own, which is killed when this is closed. Its log
 * is {@code server.log} in the folder that {@link #folder} names, and stays there.
 */
final class AttackedProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Endpoint endpoint;
  private final Path folder;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private AttackedProcess(Process process, Endpoint endpoint, Path folder) {
    this.process = process;
    this.endpoint = endpoint;
    this.folder = folder;
    this.commands = process.outputWriter();
    Thread.ofPlatform().daemon().start(this::collectAnswers);
  }

  /**
   * How a process is to be started.
   *
   * @param jvm options of its own
   * @param launcher what is put before the command line
   * @param certificate the server's, by which it speaks TLS; none for plain HTTP
   */
  record Description(List<String> jvm, List<String> launcher, List<Certificate> certificate) {
    Description overTls(Certificate own) {
      return new Description(jvm, launcher, List.of(own));
    }

    Description launchedBy(List<String> command) {
      return new Description(jvm, command, certificate);
    }

    Description with(String... more) {
      return new Description(
          Stream.concat(jvm.stream(), Stream.of(more)).toList(), launcher, certificate);
    }

    /** Starts it, and returns when it serves. */
    AttackedProcess start() throws Exception {
      Path target = Files.createDirectories(Path.of("target", "attacked"));
      Path folder = Files.createTempDirectory(target.toAbsolutePath(), "server-");
      int port = freePort();
      List<String> command = new ArrayList<>(launcher);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvm);
      Arrays.stream(System.getProperty("attack.jvm", "").split(" "))
          .filter(option -> !option.isBlank())
          .forEach(command::add);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(AttackedServer.class.getName(), "" + port));
      certificate.forEach(own -> command.add(own.store().toString()));
      Process process =
          new ProcessBuilder(command).redirectError(folder.resolve("server.log").toFile()).start();
      Endpoint endpoint =
          new Endpoint(port, certificate.isEmpty() ? null : certificate.getFirst().trusted());
      AttackedProcess started = new AttackedProcess(process, endpoint, folder);
      try {
        await("the server's start")
            .atMost(PATIENCE)
            .until(() -> !process.isAlive() || started.answersHealth());
        assertThat(process.isAlive()).as(started::diagnosis).isTrue();
        return started;
      } catch (Throwable e) {
        started.close();
        throw e;
      }
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }

  /**
   * A process as {@code ./hermes serve} starts it, with 512 MiB; but it lives too short for a
   * compiler that takes its time.
   */
  static Description described() {
    return new Description(
        List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED"),
        List.of(),
        List.of());
  }

  Endpoint endpoint() {
    return endpoint;
  }

  RawPeer connect() throws IOException {
    return endpoint.connect();
  }

  Path folder() {
    return folder;
  }

  long pid() {
    return process.pid();
  }

  /** Has it do something, and returns what it says then. */
  String does(String command) throws Exception {
    answers.clear();
    says(command);
    String answer = answers.poll(PATIENCE.toSeconds(), SECONDS);
    assertThat(answer).as(() -> "answer to \"" + command + "\"\n" + diagnosis()).isNotNull();
    assertThat(answer).as(command).doesNotStartWith("failed");
    return answer;
  }

  /** Has it do something, and doesn't wait. */
  void says(String command) throws IOException {
    commands.append(command).append('\n').flush();
  }

  /** Asks it for figures. */
  Map<String, Long> figures(String command) throws Exception {
    return Arrays.stream(does(command).split(" "))
        .map(figure -> figure.split("="))
        .collect(Collectors.toMap(figure -> figure[0], figure -> Long.parseLong(figure[1])));
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("server.log"));
  }

  boolean answersHealth() {
    try (RawPeer peer = endpoint.connect()) {
      return peer.gets("/health") == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Opens so many connections at once, which meet all event loops; all must be served. */
  void servesNewConnections(int count) {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    try (ExecutorService peers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        String text = "hello " + i;
        peers.execute(() -> {
          try (RawPeer http = connect();
              RawPeer echo = connect().opens("/ws/echo")) {
            assertThat(http.gets("/health")).isEqualTo(200);
            assertThat(echo.asks(text)).isEqualTo(text);
          } catch (IOException | AssertionError e) {
            failures.add(text + ": " + e);
          }
        });
      }
    }
    assertThat(failures)
        .as(() -> "new connections, of " + count + ", that are not served\n" + diagnosis())
        .isEmpty();
  }

  /** So many new connections each hear what they publish. */
  void passesOnPublications(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try (RawPeer peer = connect().opens("/ws/topics")) {
        assertThat(peer.asks("subscribe own." + i)).isEqualTo("done subscribe");
        peer.says("publish own." + i + " heard");
        assertThat(List.of(peer.hears(), peer.hears()))
            .containsExactlyInAnyOrder("heard", "done publish");
      }
    }
  }

  /** What is told when an attack has succeeded. */
  String diagnosis() {
    try {
      String log = log();
      Path threads = folder.resolve("threads.txt");
      if (process.isAlive() && !Files.exists(threads)) {
        answers.clear();
        says("dump " + threads);
        answers.poll(10, SECONDS); // if it still can
      }
      return "The server is "
          + (process.isAlive() ? "alive" : "dead, with status " + process.exitValue())
          + "; its log and threads: "
          + folder
          + "\nThe end of the log:\n"
          + log.substring(Math.max(0, log.length() - 2_000));
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  private void collectAnswers() {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        answers.add(line);
      }
    } catch (IOException ended) {
      // and says nothing more
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(20, SECONDS);
  }
}
