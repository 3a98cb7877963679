package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
  private static final WsClientConfig CONFIG =
      WsClientConfig.defaults()
          .withHeader("Authorization", "Bearer secret")
          .withHeader("X-Trace", "7")
          .withCookie("session", "secret")
          .withMaxRedirects(2);

  private static BadServer redirecting(int status, String location) throws Exception {
    return BadServer.doing((socket, head) ->
        BadServer.send(
            socket,
            "HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                .formatted(status, location)
                .getBytes(UTF_8)));
  }

  private static BadServer opening() throws Exception {
    return BadServer.doing((socket, head) -> {
      BadServer.send(socket, BadServer.open(head));
      BadServer.drain(socket);
    });
  }

  @Test
  void without_maxRedirects_a_redirect_is_a_refusal() throws Exception {
    try (BadServer server = redirecting(302, "/there")) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/"), WsClientConfig.defaults()))
          .isInstanceOf(WsHandshakeException.class)
          .hasMessageContaining("not 302");
      assertThat(server.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_followed_with_a_new_key(int status) throws Exception {
    try (BadServer there = opening();
        BadServer here = redirecting(status, there.ws("/there?a=b").toString())) {
      WsClientConnection connection = WsClient.connect(here.ws("/"), CONFIG);
      connection.cutOff();

      assertThat(there.heads().getFirst()).startsWith("GET /there?a=b HTTP/1.1\r\n");
      assertThat(keyIn(there.heads().getFirst())).isNotEqualTo(keyIn(here.heads().getFirst()));
    }
  }

  private static String keyIn(String head) {
    return head.lines().filter(line -> line.startsWith("Sec-WebSocket-Key")).findFirst().get();
  }

  @Test
  @DisplayName("CVE-2026-42498: credentials crossed a redirect, to another port of the same host")
  void credentials_do_not_cross_a_redirect_to_another_port() throws Exception {
    try (BadServer there = opening();
        BadServer here = redirecting(302, there.ws("/").toString())) {
      WsClient.connect(here.ws("/"), CONFIG).cutOff();

      assertThat(here.heads().getFirst())
          .contains("Authorization: Bearer secret", "session=secret");
      assertThat(there.heads().getFirst()).doesNotContain("secret").doesNotContain("X-Trace");
    }
  }

  @Test
  @DisplayName("CVE-2026-42498: credentials crossed a redirect, to another host")
  void credentials_do_not_cross_a_redirect_to_another_host() throws Exception {
    try (BadServer there = opening();
        BadServer here = redirecting(302, "http://localhost:" + there.port() + "/")) {
      WsClient.connect(here.ws("/"), CONFIG).cutOff();

      assertThat(there.heads().getFirst()).doesNotContain("secret");
    }
  }

  /** Whatever carries them: a header of one's own, a subprotocol. */
  @Test
  void nothing_that_may_be_a_secret_crosses_a_redirect_to_another_origin() throws Exception {
    WsClientConfig config =
        CONFIG
            .withHeader("X-Api-Key", "secret")
            .withHeader("User-Agent", "tea/1")
            .withSubprotocols("chat", "bearer", "bearer.c2VjcmV0", "k8s.io.bearer.c2VjcmV0");
    try (BadServer there = opening();
        BadServer here = redirecting(307, there.ws("/").toString())) {
      WsClient.connect(here.ws("/"), config).cutOff();

      assertThat(here.heads().getFirst()).contains("X-Api-Key: secret", "bearer.c2VjcmV0");
      assertThat(there.heads().getFirst())
          .doesNotContainIgnoringCase("secret")
          .doesNotContain("c2VjcmV0", "bearer", "Authorization", "Cookie")
          .contains("User-Agent: tea/1", "Sec-WebSocket-Protocol: chat\r\n");
    }
  }

  @Test
  void a_query_alone_is_resolved_against_the_path() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          if (head.contains("token=1")) {
            BadServer.send(socket, BadServer.open(head));
            BadServer.drain(socket);
          } else {
            BadServer.send(
                socket,
                "HTTP/1.1 307 X\r\nLocation: ?token=1#top\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(UTF_8));
          }
        })) {
      WsClient.connect(server.ws("/a/b/q"), CONFIG).cutOff();

      assertThat(server.heads().get(1)).startsWith("GET /a/b/q?token=1 HTTP/1.1");
    }
  }

  @Test
  void credentials_stay_on_a_redirect_within_the_same_server() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          if (head.startsWith("GET /new ")) {
            BadServer.send(socket, BadServer.open(head));
            BadServer.drain(socket);
          } else {
            BadServer.send(
                socket,
                "HTTP/1.1 308 X\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
          }
        })) {
      WsClient.connect(server.ws("/old"), CONFIG).cutOff();

      assertThat(server.heads().get(1)).contains("Authorization: Bearer secret", "session=secret");
    }
  }

  @Test
  void more_redirects_than_maxRedirects_are_refused() throws Exception {
    try (BadServer server = redirecting(302, "/again")) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/"), CONFIG))
          .isInstanceOf(WsHandshakeException.class)
          .hasMessageContaining("maxRedirects (2)");
      assertThat(server.heads()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://a/", "ws://", "ws://me@a/", "ws:::", "ws://a b/"})
  void a_redirect_to_no_websocket_is_refused(String location) throws Exception {
    try (BadServer server = redirecting(302, location)) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/"), CONFIG))
          .isInstanceOf(WsHandshakeException.class)
          .hasMessageContaining("redirects to no WebSocket");
    }
  }

  @Test
  void an_origin_is_scheme_host_and_port() {
    Target plain = Target.of(URI.create("ws://a.example:9000/x"));
    Target tls = Target.of(URI.create("wss://A.example:9000/y"));

    assertThat(plain.isSameOrigin(Target.of(URI.create("ws://A.example:9000/y")))).isTrue();
    assertThat(plain.isSameOrigin(tls)).isFalse();
    assertThat(tls.isSameOrigin(plain)).isFalse();
    assertThat(plain.isSameOrigin(Target.of(URI.create("ws://a.example/x")))).isFalse();
    assertThat(plain.isSameOrigin(Target.of(URI.create("ws://b.example:9000/")))).isFalse();
  }
}
