package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.transport.HttpServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts a request may name: a defence against DNS rebinding. */
class AllowedHostsTest {
  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    HttpServerConfig config =
        HttpServerConfig.defaults()
            .withAllowedHosts("localhost", "127.0.0.1", "[::1]", "Example.com", "*.example.org");
    serving = Serving.of(runner -> routes(runner).withConfig(config));
  }

  private static Runner routes(Runner runner) {
    return runner
        .withRoutes(RouteGroup.builder().get("/", scope -> Response.text("root")).build())
        .withWebsockets(WsRouteGroup.builder().route("/ws", scope -> {}).build());
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  @ParameterizedTest
  @CsvSource({
    "200, localhost",
    "200, LOCALHOST:8080",
    "200, localhost.",
    "200, 127.0.0.1:80",
    "200, [::1]:80",
    "200, [::1]",
    "200, example.com",
    "200, a.example.org",
    "200, a.b.example.org:1",
    "403, evil.example",
    "403, evil.example:8080",
    "403, example.org",
    "403, evilexample.org",
    "403, localhost.evil.example",
    "403, 127.0.0.2",
    "403, [::2]",
    "403, ''",
  })
  void a_request_may_name_the_hosts_that_the_server_is_called_by(int status, String host)
      throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says("GET / HTTP/1.1\nHost: " + host + "\n\n").hearsReply();
      assertThat(reply.status()).isEqualTo(status);
    }
    try (Peer peer = serving.peer()) {
      String target = "http://" + (host.isEmpty() ? "x" : host) + "/";
      Reply reply = peer.says("GET " + target + " HTTP/1.1\nHost: localhost\n\n").hearsReply();
      assertThat(reply.status()).as("in the target").isEqualTo(status);
    }
  }

  @Test
  void a_page_whose_name_was_made_to_lead_here_opens_nothing() throws Exception {
    String handshake =
        Peer.handshake("/ws")
            .replace("Host: localhost", "Host: evil.example\nOrigin: http://evil.example");
    try (Peer peer = serving.peer()) {
      assertThat(peer.says(handshake).hearsReply().status()).isEqualTo(403);
      peer.hearsEnd();
    }
  }

  @Test
  void http_1_0_may_name_no_host() throws Exception {
    try (Peer peer = serving.peer()) {
      assertThat(peer.says("GET / HTTP/1.0\n\n").hearsReply().text()).isEqualTo("root");
    }
  }

  @Test
  void without_the_setting_any_host_will_do_and_a_server_on_loopback_warns() throws Exception {
    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving own = Serving.of(runner -> routes(runner).withConfig(HttpServerConfig.defaults()));
        Peer peer = own.peer()) {
      assertThat(peer.says("GET / HTTP/1.1\nHost: evil.example\n\n").hearsReply().status())
          .isEqualTo(200);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("DNS rebinding", "127.0.0.1", "HttpServerConfig.withAllowedHosts");
    }
    HttpServerConfig any = HttpServerConfig.defaults().withAllowedHosts("*");
    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving own = Serving.of(runner -> routes(runner).withConfig(any));
        Peer peer = own.peer()) {
      assertThat(peer.says("GET / HTTP/1.1\nHost: evil.example\n\n").hearsReply().status())
          .isEqualTo(200);
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com", "example.com:80", "", "a b", "*.", "*a.b*", "::1"})
  void what_is_no_host_is_an_error_that_names_the_setting(String host) {
    assertThatThrownBy(() -> HttpServerConfig.defaults().withAllowedHosts(host))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowedHosts")
        .hasMessageContaining("\"" + host + "\"");
  }

  @Test
  void the_demo_on_loopback_answers_to_its_own_names_and_logs_others() throws Exception {
    Process serve =
        new ProcessBuilder(Command.line("serve", "--port", "0", "--allowed-host", "demo.example"))
            .start();
    try (BufferedReader out = serve.inputReader();
        BufferedReader errors = serve.errorReader()) {
      int port = URI.create(out.readLine().substring("Serving on ".length())).getPort();

      assertThat(statusFor("localhost:" + port, port)).contains(" 200 ");
      assertThat(statusFor("demo.example", port)).contains(" 200 ");
      assertThat(statusFor("evil.example:" + port, port)).contains(" 403 ");
      assertThat(
              errors
                  .lines()
                  .anyMatch(
                      line -> line.contains("evil.example") && line.contains("withAllowedHosts")))
          .isTrue();
    } finally {
      serve.destroyForcibly();
    }
  }

  private static String statusFor(String host, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      String request = "GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }
  }
}
