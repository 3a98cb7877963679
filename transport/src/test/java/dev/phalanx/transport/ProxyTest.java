package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.http.Headers;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProxyTest {
  private static final String UPGRADED = "HTTP/1.1 101 X\r\nUpgrade: tape\r\n\r\n";
  private static final HttpDialer DIALER = HttpDialer.start(1);

  @AfterAll
  static void hang_up() {
    DIALER.close();
  }

  /** The name is the proxy's to resolve: nobody here knows it. */
  private static final UpgradeRequest REQUEST =
      new UpgradeRequest("inside.invalid", 8080, false, "/", Headers.empty());

  private static DialConfig by(RawHost proxy) {
    return DialConfig.defaults().withProxy(ProxyConfig.of("localhost", proxy.port()));
  }

  /** A proxy for one host, which it has behind it. */
  private static RawHost proxyTo(RawHost host) throws IOException {
    return RawHost.doing(socket -> {
      try (Socket inner = new Socket("127.0.0.1", host.port())) {
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
        Thread.ofVirtual().start(() -> pump(inner, socket));
        socket.getInputStream().transferTo(inner.getOutputStream());
      }
    });
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) { // one of them is closed
    }
  }

  @Test
  void a_proxy_is_asked_to_connect_to_the_name() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED);
        RawHost proxy = proxyTo(host);
        DialledAnswer answer = DIALER.dial(REQUEST, by(proxy))) {
      assertThat(answer.status()).isEqualTo(101);
      assertThat(proxy.heads().getFirst()).startsWith("CONNECT inside.invalid:8080 HTTP/1.1\r\n");
      assertThat(host.heads().getFirst()).contains("Host: inside.invalid:8080\r\n");
    }
  }

  @Test
  void a_proxys_credentials_go_to_the_proxy_alone() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED);
        RawHost proxy = proxyTo(host)) {
      ProxyConfig known =
          ProxyConfig.of("localhost", proxy.port()).withCredentials("ann", "secret");
      DIALER.dial(REQUEST, DialConfig.defaults().withProxy(known)).close();

      assertThat(proxy.heads().getFirst()).containsIgnoringCase("Proxy-Authorization: Basic ");
      assertThat(host.heads().getFirst()).doesNotContainIgnoringCase("authorization");
      assertThat(known.toString()).doesNotContain("secret");
    }
  }

  @Test
  void a_proxy_that_refuses_is_heard() throws Exception {
    try (RawHost proxy = RawHost.answering("HTTP/1.1 407 Nope\r\nContent-Length: 0\r\n\r\n")) {
      assertThatThrownBy(() -> DIALER.dial(REQUEST, by(proxy)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("inside.invalid:8080")
          .hasMessageContaining("by the proxy")
          .hasMessageContaining("407");
    }
  }

  @Test
  void a_proxy_that_says_nothing_runs_out_of_connectTimeout() throws Exception {
    try (RawHost proxy = RawHost.answering("")) {
      DialConfig hasty = by(proxy).withConnectTimeout(Duration.ofMillis(500));
      assertThatThrownBy(() -> DIALER.dial(REQUEST, hasty))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("connectTimeout (500 ms)");
    }
  }
}
