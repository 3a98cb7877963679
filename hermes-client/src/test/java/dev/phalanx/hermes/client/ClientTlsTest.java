package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.hermes.WsHandler;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.ProxyConfig;
import dev.phalanx.transport.TlsClientConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTlsTest {
  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  @TempDir private static Path folder;
  private static Certificates ours;
  private static Certificates others;

  @BeforeAll
  static void make_certificates() throws Exception {
    ours = Certificates.of(folder, "ours", "dns:localhost,ip:127.0.0.1");
    others = Certificates.of(folder, "others", "dns:other.example");
  }

  private static Serving serving(TlsConfig tls) throws IOException {
    return Serving.of(routes -> routes.route("/", ECHO), HttpServerConfig.defaults().withTls(tls));
  }

  private static URI wss(Serving server, String host) {
    return URI.create("wss://" + host + ":" + server.server().port() + "/");
  }

  private static WsClientConfig trusting(Certificates authority) {
    return WsClientConfig.defaults()
        .withTls(TlsClientConfig.defaults().withAuthorities(authority.pem()));
  }

  @Test
  void messages_go_both_ways_over_tls_by_name_and_by_address() throws Exception {
    try (Serving server = serving(TlsConfig.of(ours.keys()))) {
      for (String host : new String[] {"localhost", "127.0.0.1"}) {
        try (WsClientConnection connection = WsClient.connect(wss(server, host), trusting(ours))) {
          connection.sendText("over TLS");
          assertThat(connection.inbound().iterator().next().text()).isEqualTo("over TLS");
        }
      }
    }
  }

  @Test
  @DisplayName("CVE-2018-8034 (Tomcat), CVE-2020-11050 (Java-WebSocket): any name would do")
  void a_certificate_for_another_name_is_refused() throws Exception {
    try (Serving server = serving(TlsConfig.of(others.keys()))) {
      for (String host : new String[] {"localhost", "127.0.0.1"}) {
        assertThatThrownBy(() -> WsClient.connect(wss(server, host), trusting(others)))
            .isInstanceOf(SSLException.class)
            .hasMessageContaining("TLS with " + host + ":" + server.server().port())
            .hasMessageContaining("certificate is for other names than " + host);
      }
    }
  }

  @Test
  void a_certificate_of_an_unknown_authority_is_refused() throws Exception {
    try (Serving server = serving(TlsConfig.of(ours.keys()))) {
      for (WsClientConfig config : List.of(trusting(others), WsClientConfig.defaults())) {
        assertThatThrownBy(() -> WsClient.connect(wss(server, "localhost"), config))
            .isInstanceOf(SSLException.class)
            .hasMessageContaining("the host's certificate is not trusted")
            .hasMessageContaining("set TlsClientConfig.withAuthorities");
      }
    }
  }

  @Test
  void a_certificate_that_has_expired_is_refused() throws Exception {
    Certificates old = Certificates.signed(folder, "old", "dns:localhost", "-40d");
    try (Serving server = serving(TlsConfig.of(old.keys()))) {
      assertThatThrownBy(() -> WsClient.connect(wss(server, "localhost"), trusting(old)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("certificate has expired")
          .hasMessageContaining("or this clock is wrong");
    }
  }

  @Test
  void wss_to_a_plain_port_says_what_it_probably_is() throws Exception {
    try (Serving server = Serving.at("/", ECHO)) {
      assertThatThrownBy(() -> WsClient.connect(wss(server, "localhost"), trusting(ours)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("if this port speaks plain HTTP, use ws://")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }
  }

  @Test
  void ws_to_a_port_with_TLS_says_what_it_probably_is() throws Exception {
    try (Serving server = serving(TlsConfig.of(ours.keys()))) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("use https or wss"); // the server's own words
    }
  }

  /** As most servers do: the JDK's, OpenSSL's. */
  @Test
  void ws_to_a_port_that_answers_with_an_alert_is_told_to_use_wss() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, new byte[] {0x15, 3, 3, 0, 2, 2, 0x50});
          BadServer.drain(socket);
        })) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/")))
          .hasMessageContaining("answered in TLS: use wss:// for this port");
    }
  }

  @Test
  void a_client_shows_its_certificate_where_it_is_asked() throws Exception {
    TlsConfig mutual =
        TlsConfig.of(ours.keys())
            .withClientAuthorities(others.pem(), TlsConfig.ClientAuth.REQUIRED);
    try (Serving server = serving(mutual)) {
      WsClientConfig known =
          WsClientConfig.defaults()
              .withTls(
                  TlsClientConfig.defaults().withAuthorities(ours.pem()).withKeys(others.keys()));
      WsClient.connect(wss(server, "localhost"), known).close();

      assertThatThrownBy(() -> WsClient.connect(wss(server, "localhost"), trusting(ours)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("requires a certificate of the client")
          .hasMessageContaining("TlsClientConfig.withKeys");
    }
  }

  @Test
  void a_file_that_is_missing_is_named() {
    WsClientConfig config =
        WsClientConfig.defaults()
            .withTls(TlsClientConfig.defaults().withAuthorities(folder.resolve("nowhere.pem")));
    assertThatThrownBy(() -> WsClient.connect(URI.create("wss://localhost:1/"), config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere.pem does not exist");
  }

  @Test
  void tls_goes_through_a_proxy_that_sees_none_of_it() throws Exception {
    try (Serving server = serving(TlsConfig.of(ours.keys()));
        BadServer proxy =
            BadServer.doing((socket, head) -> {
              try (Socket inner = new Socket("127.0.0.1", server.server().port())) {
                BadServer.send(socket, "HTTP/1.1 200 OK\r\n\r\n".getBytes());
                Thread.ofVirtual().start(() -> pump(inner, socket));
                socket.getInputStream().transferTo(inner.getOutputStream());
              }
            })) {
      WsClientConfig config = trusting(ours).withProxy(ProxyConfig.of("127.0.0.1", proxy.port()));
      try (WsClientConnection connection = WsClient.connect(wss(server, "localhost"), config)) {
        connection.sendText("by the proxy");
        assertThat(connection.inbound().iterator().next().text()).isEqualTo("by the proxy");
      }
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT localhost:" + server.server().port() + " ");
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) { // one of them is closed
    }
  }

  @Test
  void a_redirect_from_wss_to_ws_is_not_followed() throws Exception {
    WsHandler never = scope -> {};
    try (Serving server =
        Serving.of(
            routes ->
                routes
                    .wrap((scope, next) ->
                        dev.phalanx.http.Response.status(302)
                            .withHeader("Location", "ws://localhost/"))
                    .route("/", never),
            HttpServerConfig.defaults().withTls(TlsConfig.of(ours.keys())))) {
      assertThatThrownBy(
              () -> WsClient.connect(wss(server, "localhost"), trusting(ours).withMaxRedirects(3)))
          .isInstanceOf(WsHandshakeException.class)
          .hasMessageContaining("from wss to ws");
    }
  }
}
