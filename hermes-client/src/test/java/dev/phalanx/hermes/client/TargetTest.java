package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phalanx.http.Headers;
import dev.phalanx.transport.ProxyConfig;
import java.net.CookieManager;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static Target of(String uri) {
    return Target.of(URI.create(uri));
  }

  @ParameterizedTest
  @CsvSource({
    "ws://a.example/ws, a.example, 80, /ws",
    "WSS://a.example?b=c, a.example, 443, /?b=c",
    "ws://a.example:/, a.example, 80, /",
    "ws://chat_server:8080/ws, chat_server, 8080, /ws",
    "ws://_sip._tcp.example/, _sip._tcp.example, 80, /",
    "ws://-a/, -a, 80, /",
    "ws://bücher.example:81/ü?ü, bücher.example, 81, /%C3%BC?%C3%BC",
    "ws://b%C3%BCcher.example/, bücher.example, 80, /",
    "ws://127.0.0.1:65535, 127.0.0.1, 65535, /",
    "'ws://[::1]:8080/', '::1', 8080, /",
    "'ws://[fe80::1%25eth0]:8080/', 'fe80::1%eth0', 8080, /",
    "'ws://[fe80::1%eth0]/', 'fe80::1%eth0', 80, /",
    "'ws://[fe80::1%252]/', 'fe80::1%2', 80, /"
  })
  void a_uri_is_taken_apart(String uri, String host, int port, String target) {
    boolean secure = uri.startsWith("WSS");
    assertThat(of(uri)).isEqualTo(new Target(secure, host, port, target));
  }

  @ParameterizedTest
  @CsvSource({
    "http://a/, must begin with ws:// or wss://",
    "ws:a, must name a host",
    "ws:///a, must name a host",
    "ws://:80/, must name a host",
    "ws://me:secret@a/, user's name",
    "ws://a/#b, fragment",
    "ws://a:0/, 'the port must be 1 to 65535, not 0'",
    "ws://a:65536/, 'the port must be 1 to 65535, not 65536'",
    "ws://a:99999999999999999999/, the port must be 1 to 65535",
    "ws://a:b/, 'the port must be 1 to 65535, not b'",
    "ws://a$b/, not the name of a host",
    "ws://a%20b/, not the name of a host",
    "ws://a%2Fb/, not the name of a host"
  })
  void what_is_no_websocket_is_refused_by_name(String uri, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(uri))
        .withMessageContaining(expected)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "null"));
  }

  @ParameterizedTest
  @CsvSource({
    "?token=1, ws://h:8080/a/b/q?token=1",
    "c, ws://h:8080/a/b/c",
    "../x/./y, ws://h:8080/a/x/y",
    "//other_host/z, ws://other_host:80/z",
    "http://o/z#frag, ws://o:80/z",
    "https://o/z?a#frag, wss://o:443/z?a",
    "#frag, ws://h:8080/a/b/q?old",
    "'', ws://h:8080/a/b/q?old",
    "/caf\u00c3\u00a9, ws://h:8080/caf%C3%A9"
  })
  void a_location_is_resolved_as_RFC_3986_says(String location, String expected) {
    Target there = of("ws://h:8080/a/b/q?old").redirectedTo(location);
    assertThat(there).isEqualTo(of(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "http://o:99999/, 'the port must be 1 to 65535, not 99999'",
    "ftp://o/, must begin with ws:// or wss://",
    "http://, must name a host",
    "http:g, must name a host",
    "/a b, the Location is malformed"
  })
  void a_location_that_leads_nowhere_is_refused(String location, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("ws://h/").redirectedTo(location))
        .withMessageContaining(expected);
  }

  @Test
  void a_zone_is_for_this_machine_alone() {
    Target target = of("ws://[fe80::1%25eth0]:8080/");
    assertThat(target.request(Headers.empty()).authority()).isEqualTo("[fe80::1]:8080");
    assertThat(target.request(Headers.empty()).host()).isEqualTo("fe80::1%eth0");
    assertThat(target.redirectedTo("/x").host()).isEqualTo("fe80::1%eth0");
    assertThat(target.httpUri().getHost()).isEqualTo("[fe80::1]");
  }

  /** The name is the proxy's to resolve. */
  @ParameterizedTest
  @ValueSource(strings = {"chat_server", "db-1_internal.local"})
  void a_host_with_an_underscore_is_connected_to(String host) throws Exception {
    try (BadServer proxy =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, "HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1));
          String request = BadServer.readHead(socket.getInputStream());
          assertThat(request).contains("Host: " + host + ":8080\r\n");
          FrameServer.open(socket, request).hearsAll();
        })) {
      WsClientConfig config =
          WsClientConfig.defaults()
              .withCookies(new CookieManager())
              .withProxy(ProxyConfig.of("127.0.0.1", proxy.port()));
      WsClient.connect(URI.create("ws://" + host + ":8080/ws"), config).close();

      assertThat(proxy.heads().getFirst()).startsWith("CONNECT " + host + ":8080 ");
    }
  }
}
