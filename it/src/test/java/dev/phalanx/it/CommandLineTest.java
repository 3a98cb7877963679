package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code hermes} command; as a process of its own, where one serves or its end shows. */
class CommandLineTest {
  @TempDir private Path folder;

  private Running hermes(String... arguments) throws Exception {
    return hermes(List.of(), arguments);
  }

  private Running hermes(List<String> options, String... arguments) throws Exception {
    List<String> command = Command.line(options, arguments);
    Path errors = folder.resolve("stderr");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    return new Running(process, process.inputReader(), errors);
  }

  /** A running command. */
  private record Running(Process process, BufferedReader out, Path errors)
      implements AutoCloseable {
    int status() throws InterruptedException {
      assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
      return process.exitValue();
    }

    String stderr() throws IOException {
      return Files.readString(errors);
    }

    List<String> restOfStdout() {
      return out.lines().toList();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void serve_makes_a_certificate_for_now_if_it_is_told_to() throws Exception {
    try (Running serve = hermes("serve", "--port", "0", "--tls-self-signed")) {
      String line = serve.out().readLine();
      assertThat(line).matches("Serving on https://127\\.0\\.0\\.1:[1-9][0-9]*");
      URI root = URI.create(line.substring("Serving on ".length()));

      assertThat(certificateAt(root).getSubjectAlternativeNames())
          .extracting(name -> name.get(1).toString())
          .contains("localhost", "127.0.0.1");
      assertThat(trustingConnect(serve.stderr(), "wss://localhost:" + root.getPort()))
          .isEqualTo("over TLS");
    }
  }

  /** What comes back of a line that {@code connect} sends, trusting what {@code serve} has made. */
  private String trustingConnect(String saidByServe, String server) throws Exception {
    String certificate =
        saidByServe
            .lines()
            .filter(line -> line.startsWith("the certificate, for clients that are to trust it: "))
            .map(line -> line.substring(line.lastIndexOf(' ') + 1))
            .findFirst()
            .orElseThrow();
    List<String> command =
        Command.line("connect", "--wait", "0", "--tls-ca", certificate, server + "/ws/mirror");
    Process connect =
        new ProcessBuilder(command).redirectError(folder.resolve("connect").toFile()).start();
    try (BufferedReader out = connect.inputReader()) {
      connect.getOutputStream().write("over TLS\n".getBytes(UTF_8));
      connect.getOutputStream().flush();
      String line = out.readLine();
      connect.getOutputStream().close();
      assertThat(connect.waitFor(30, SECONDS)).as("has ended").isTrue();
      assertThat(connect.exitValue()).isZero();
      return line;
    } finally {
      connect.destroyForcibly();
    }
  }

  /** Whoever vouches for it. */
  private static X509Certificate certificateAt(URI root) throws Exception {
    AtomicReference<X509Certificate> shown = new AtomicReference<>();
    X509TrustManager trusting =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown.set(chain[0]);
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trusting}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(root.getHost(), root.getPort())) {
      socket.startHandshake();
    }
    return shown.get();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --tls-cert cert.pem                                    | --tls-cert and --tls-key go together
          --tls-key key.pem                                      | --tls-cert and --tls-key go together
          --tls-cert cert.pem --tls-key key.pem --tls-self-signed | --tls-self-signed makes a certificate: it can't be had with --tls-cert
          """)
  void options_of_tls_that_do_not_fit_together_are_a_misuse(String options, String message) {
    List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0"));
    arguments.addAll(List.of(options.split(" +")));
    Command serve = Command.here(arguments.toArray(String[]::new));

    assertThat(serve.status()).isEqualTo(2);
    assertThat(serve.errors()).startsWith(message);
  }

  @Test
  void a_certificate_that_is_not_there_is_named() {
    Command serve =
        Command.here("serve", "--port", "0", "--tls-cert", "no.pem", "--tls-key", "no.key");

    assertThat(serve.status()).isEqualTo(1);
    assertThat(serve.errors()).contains("hermes: no.pem does not exist or can't be read");
  }

  @Test
  void serve_says_where_it_serves_and_goes_down_in_good_order_when_told_to_end() throws Exception {
    try (Running serve = hermes("serve", "--port", "0");
        HttpClient http = HttpClient.newHttpClient()) {
      String line = serve.out().readLine();
      assertThat(line).matches("Serving on http://127\\.0\\.0\\.1:[1-9][0-9]*");
      URI root = URI.create(line.substring("Serving on ".length()) + "/");

      HttpRequest health = HttpRequest.newBuilder(root.resolve("/health")).build();
      assertThat(http.send(health, BodyHandlers.ofString()))
          .satisfies(up -> assertThat(up.statusCode()).isEqualTo(200))
          .satisfies(up -> assertThat(up.body()).isEqualTo("{\"status\":\"up\"}"));
      HttpRequest page = HttpRequest.newBuilder(root).build();
      assertThat(http.send(page, BodyHandlers.ofString()).body()).contains("<!doctype html>");

      URI echo = URI.create("ws://127.0.0.1:" + root.getPort() + "/ws/echo");
      try (JdkClient alice = JdkClient.at(echo)) {
        alice.says("hello").hears("echo: hello");

        serve.process().toHandle().destroy(); // SIGTERM

        alice.hearsClose(1001, "the server is going down");
      }
      assertThat(serve.status()).isEqualTo(143);
      assertThat(serve.restOfStdout()).isEmpty();
      assertThat(serve.stderr().lines())
          .singleElement()
          .asString()
          .matches(".* INFO dev\\.phalanx\\.transport: I/O: (epoll|kqueue|NIO.*)");
    }
  }

  @Test
  void serve_says_which_io_it_does_without_and_why_in_one_line() throws Exception {
    try (Running serve =
        hermes(List.of("-Dio.netty.transport.noNative=true"), "serve", "--port", "0")) {
      assertThat(serve.out().readLine()).startsWith("Serving on http://127.0.0.1:");

      assertThat(serve.stderr().lines())
          .singleElement()
          .asString()
          .contains("I/O: NIO; ")
          .contains("is not available: ")
          .contains("-Dio.netty.transport.noNative=true");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--port, abc",
    "--port, -1",
    "--port, 65536",
    "--port, ''",
  })
  void a_port_that_is_none_is_misuse_and_named(String option, String value) {
    Command serve = Command.here("serve", option, value);

    assertThat(serve.status()).isEqualTo(2);
    assertThat(serve.errors().lines().findFirst())
        .hasValueSatisfying(first -> assertThat(first).contains("--port").contains(value));
    assertThat(serve.errors()).doesNotContain("Exception", "\tat ");
    assertThat(serve.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve --prot 1", "sever", "serve more", "--nonsense"})
  void what_is_not_understood_is_misuse_and_named(String arguments) {
    String[] words = arguments.split(" ");

    Command command = Command.here(words);

    assertThat(command.status()).isEqualTo(2);
    assertThat(command.errors())
        .contains(words[words.length > 1 ? 1 : 0])
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void as_a_process_without_a_command_it_says_which_there_are() throws Exception {
    try (Running command = hermes()) {
      assertThat(command.status()).isEqualTo(2);
      assertThat(command.stderr()).contains("serve");
    }
  }

  @Test
  void help_and_version_are_no_misuse() {
    Command help = Command.here("serve", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("--host", "--port", "8080");

    Command version = Command.here("--version");
    assertThat(version.status()).isZero();
    assertThat(version.out().lines()).singleElement().asString().startsWith("hermes ");
  }

  @Test
  void a_port_that_is_taken_is_one_line_and_status_1() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      String port = Integer.toString(taken.getLocalPort());

      try (Running serve = hermes("serve", "--port", port)) {
        assertThat(serve.status()).isEqualTo(1);
        assertThat(serve.stderr().lines())
            .singleElement()
            .asString()
            .startsWith("hermes: cannot listen at 127.0.0.1:" + port)
            .contains("in use");
        assertThat(serve.restOfStdout()).isEmpty();
      }
    }
  }

  @Test
  void a_host_that_is_not_there_is_one_line_and_status_1() {
    Command serve = Command.here("serve", "--port", "0", "--host", "::g");

    assertThat(serve.status()).isEqualTo(1);
    assertThat(serve.errors().lines())
        .singleElement()
        .asString()
        .isEqualTo("hermes: cannot listen at ::g: no such host");
  }
}
