package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phalanx.http.Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** RFC 9110, section 9.3.6: any 2xx is a tunnel, and its lengths mean nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.0 200 Connection established\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
      })
  void any_answer_of_2xx_is_a_tunnel(String agreed) throws Exception {
    try (RawHost proxy =
            RawHost.doing(socket -> {
              socket.getOutputStream().write(agreed.getBytes(ISO_8859_1));
              RawHost.readHead(socket.getInputStream());
              socket.getOutputStream().write(UPGRADED.getBytes(ISO_8859_1));
              socket.getInputStream().read();
            });
        DialledAnswer answer = DIALER.dial(REQUEST, by(proxy))) {
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.headers().first("Upgrade")).isEqualTo("tape");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "407 Nope, asks for credentials (407): set ProxyConfig.withCredentials",
    "403 Forbidden, the proxy answered 403 Forbidden",
    "502 Bad Gateway, the proxy answered 502 Bad Gateway"
  })
  void a_proxy_that_refuses_is_heard(String status, String expected) throws Exception {
    String endless = "HTTP/1.1 " + status + "\r\nContent-Length: 9999\r\n\r\n";
    try (RawHost proxy = RawHost.answering(endless)) {
      assertThatThrownBy(() -> DIALER.dial(REQUEST, by(proxy)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot connect to inside.invalid:8080 by the proxy localhost:")
          .hasMessageContaining(expected);
      assertThat(proxy.connections()).as("it is asked once, whatever its addresses").isEqualTo(1);
    }
  }

  @Test
  void a_proxy_that_knows_nobody_by_these_credentials_is_heard() throws Exception {
    try (RawHost proxy = RawHost.answering("HTTP/1.1 407 Nope\r\n\r\n")) {
      ProxyConfig known = by(proxy).proxy().withCredentials("ann", "secret");
      assertThatThrownBy(() -> DIALER.dial(REQUEST, DialConfig.defaults().withProxy(known)))
          .hasMessageContaining("does not accept the credentials of ProxyConfig (407)")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void a_proxy_that_speaks_something_else_is_recognised() throws Exception {
    Map<String, String> answers =
        Map.of(
            "\u0015\u0003\u0003\u0000\u0002\u0002\u0046", "the proxy speaks TLS",
            "SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n", "the answer is not HTTP/1.1");
    for (Map.Entry<String, String> each : answers.entrySet()) {
      try (RawHost proxy = RawHost.answering(each.getKey())) {
        assertThatThrownBy(() -> DIALER.dial(REQUEST, by(proxy)))
            .hasMessageContaining(each.getValue());
      }
    }
  }

  @Test
  void a_proxy_may_be_an_address_of_IPv6_and_so_may_the_host() throws Exception {
    assumeTrue(hasIpv6());
    UpgradeRequest request = new UpgradeRequest("2001:db8::1", 8080, false, "/", Headers.empty());
    for (String address : new String[] {"::1", "[::1]"}) {
      try (RawHost proxy =
          RawHost.on(
              InetAddress.getByName("::1"),
              true,
              socket -> {
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                RawHost.readHead(socket.getInputStream());
                socket.getOutputStream().write(UPGRADED.getBytes(ISO_8859_1));
                socket.getInputStream().read();
              })) {
        ProxyConfig config = ProxyConfig.of(address, proxy.port());
        DIALER.dial(request, DialConfig.defaults().withProxy(config)).close();

        assertThat(proxy.heads().getFirst()).startsWith("CONNECT [2001:db8::1]:8080 HTTP/1.1\r\n");
        assertThat(config.toString()).contains("[::1]:" + proxy.port());
      }
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return free.isBound();
    } catch (IOException e) {
      return false;
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
