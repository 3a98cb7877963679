package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsClientConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the JDK's own TLS, on real sockets. Our side of it is the JDK's too; or OpenSSL's, when
 * these tests are run again with netty-tcnative on the class path.
 */
@Tag("tls")
class TlsTest {
  private static final Duration SOON = Duration.ofMillis(20);

  @TempDir private static Path shared;
  private static TestKeys server;
  private static TestKeys client;

  @TempDir private Path folder;

  @BeforeAll
  static void keys_are_made() throws Exception {
    server = TestKeys.make(shared, "server", "CN=localhost");
    client = TestKeys.make(shared, "client", "CN=ada");
  }

  private static Serving serving(TlsConfig tls) throws IOException {
    return serving(HttpServerConfig.defaults().withTls(tls));
  }

  private static Serving serving(HttpServerConfig config) throws IOException {
    RouteGroup http =
        RouteGroup.builder()
            .get("/who", scope -> Response.text(nameOf(scope.tls())))
            .get("/how", scope -> Response.text(scope.tls().protocol()))
            .get("/secure", scope -> Response.text("" + scope.request().secure()))
            .build();
    WsConfig large = WsConfig.defaults().withMaxMessageSize(4 << 20);
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route(
                "/ws/mirror",
                scope -> {
                  for (WsMessage msg : scope.connection().inbound()) {
                    scope.connection().send(msg);
                  }
                },
                large)
            .route("/ws/who", scope -> scope.connection().sendText(nameOf(scope.tls())))
            .build();
    return Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws).withConfig(config));
  }

  private static String nameOf(TlsSession tls) {
    X509Certificate peer = tls.peerCertificate();
    return peer == null ? "nobody" : peer.getSubjectX500Principal().getName();
  }

  private static HttpClient http(SSLContext context) {
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static String get(HttpClient http, Serving serving, String path) throws Exception {
    URI uri = URI.create("https://localhost:" + serving.server().port() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  private static URI wss(Serving serving, String path) {
    return URI.create("wss://localhost:" + serving.server().port() + path);
  }

  /** A socket after its handshake. */
  private static SSLSocket handshake(Serving serving, SSLContext context, String... protocols)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", serving.server().port());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static Certificate certificateShown(Serving serving, SSLContext context)
      throws IOException {
    try (SSLSocket socket = handshake(serving, context)) {
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  // ---- speaking TLS ----

  @Test
  void https_and_wss_are_served_from_pem_files() throws Exception {
    try (Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted())) {
      assertThat(get(http, serving, "/secure")).isEqualTo("true");
      try (JdkClient alice = JdkClient.at(http, wss(serving, "/ws/mirror"))) {
        alice.says("hello").hears("hello");
        alice.closes(1000, "bye").hearsClose(1000);
      }
    }
  }

  @Test
  void the_log_says_whose_tls_it_is() throws Exception {
    String whose = System.getProperty("hermes.test.tls", "the JDK's");
    try (LogCapture log = LogCapture.ofInfo("dev.phalanx.transport");
        Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted())) {
      assertThat(get(http, serving, "/secure")).isEqualTo("true");

      assertThat(log.lines()).contains("TLS: " + whose);
    }
  }

  @Test
  void https_is_served_from_a_keystore() throws Exception {
    try (Serving serving = serving(TlsConfig.store(server.store(), TestKeys.PASSWORD));
        HttpClient http = http(server.trusted())) {
      assertThat(get(http, serving, "/secure")).isEqualTo("true");
    }
  }

  @Test
  void messages_larger_than_a_record_go_both_ways() throws Exception {
    byte[] large = new byte[3 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    try (Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted());
        JdkClient alice = JdkClient.at(http, wss(serving, "/ws/mirror"))) {
      alice.says(large).hears(large);
      alice.says("and on").hears("and on");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void both_versions_are_spoken(String version) throws Exception {
    try (Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        SSLSocket socket = handshake(serving, server.trusted(), version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void of_several_protocols_http_1_1_is_chosen() throws Exception {
    try (Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        SSLSocket socket =
            (SSLSocket)
                server
                    .trusted()
                    .getSocketFactory()
                    .createSocket("localhost", serving.server().port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();

      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }

  @Test
  void a_client_that_speaks_plain_http_to_it_is_told_so() throws Exception {
    try (LogCapture log = LogCapture.ofDebug("dev.phalanx.transport");
        Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted())) {
      try (Socket plain = new Socket("localhost", serving.server().port())) {
        plain.setSoTimeout(20_000);
        plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(new String(plain.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 400 ")
            .contains("plain HTTP to a port that serves TLS: use https or wss");
      }
      assertThat(get(http, serving, "/secure")).isEqualTo("true");
      await().until(() -> log.lines().stream().anyMatch(line -> line.contains("plain HTTP to a")));
    }
  }

  @Test
  void a_client_that_speaks_tls_to_a_plain_port_is_told_so_as_far_as_that_goes() throws Exception {
    try (LogCapture log = LogCapture.ofDebug("dev.phalanx.transport");
        Serving serving = serving(HttpServerConfig.defaults())) {
      assertThatThrownBy(() -> handshake(serving, server.trusted()))
          .isInstanceOf(SSLException.class);

      await().until(() -> log.lines().stream().anyMatch(line -> line.contains("TLS to a port")));
      try (Socket hello = new Socket("localhost", serving.server().port())) {
        hello.setSoTimeout(20_000);
        hello.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
        assertThat(new String(hello.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 400 ")
            .contains("TLS to a port that serves plain HTTP: use http or ws");
      }
    }
  }

  @Test
  void a_peer_that_speaks_neither_is_let_go_and_the_others_are_served() throws Exception {
    try (Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted())) {
      try (Socket neither = new Socket("localhost", serving.server().port())) {
        neither.setSoTimeout(20_000);
        neither.getOutputStream().write("no protocol at all\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(drain(neither)).isNotNegative();
      }
      assertThat(get(http, serving, "/secure")).isEqualTo("true");
    }
  }

  /** Reads to the end, however it comes: an alert, a reset, or nothing. */
  private static int drain(Socket socket) {
    int count = 0;
    try {
      while (socket.getInputStream().read() >= 0) {
        count++;
      }
    } catch (java.net.SocketTimeoutException e) {
      return -1;
    } catch (IOException e) {
      return count;
    }
    return count;
  }

  @Test
  void a_peer_that_never_begins_its_handshake_is_let_go_at_the_request_timeout() throws Exception {
    HttpServerConfig impatient =
        HttpServerConfig.defaults()
            .withRequestTimeout(Duration.ofMillis(200))
            .withTls(TlsConfig.pem(server.chain(), server.key()));
    try (Serving serving = serving(impatient);
        Socket silent = new Socket("localhost", serving.server().port())) {
      silent.setSoTimeout(20_000);
      assertThat(drain(silent)).isNotNegative();
    }
  }

  /** It would cost a signature each time, as often as the peer likes. */
  @Test
  void a_peer_that_asks_for_a_second_handshake_is_cut_off() throws Exception {
    try (LogCapture log = LogCapture.ofDebug("dev.phalanx.transport");
        Serving serving = serving(TlsConfig.pem(server.chain(), server.key()));
        HttpClient http = http(server.trusted());
        SSLSocket again = handshake(serving, server.trusted(), "TLSv1.2")) {
      assertThatThrownBy(
              () -> {
                again.startHandshake();
                again.getInputStream().read();
              })
          .isInstanceOf(IOException.class);

      if (System.getProperty("hermes.test.tls") == null) { // OpenSSL refuses it without a word
        await()
            .until(
                () -> log.lines().stream().anyMatch(line -> line.contains("second TLS handshake")));
      }
      assertThat(get(http, serving, "/secure")).isEqualTo("true");
    }
  }

  // ---- certificates of clients ----

  @Test
  void who_must_show_a_certificate_and_does_is_known_by_it() throws Exception {
    TlsConfig mutual =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(client.chain(), TlsConfig.ClientAuth.REQUIRED);
    try (Serving serving = serving(mutual);
        HttpClient http = http(server.trustedBy(client))) {
      assertThat(get(http, serving, "/who")).isEqualTo("CN=ada");
      try (JdkClient ada = JdkClient.at(http, wss(serving, "/ws/who"))) {
        ada.hears("CN=ada");
      }
    }
  }

  @Test
  void who_must_show_a_certificate_and_has_none_gets_nowhere() throws Exception {
    TlsConfig mutual =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(client.chain(), TlsConfig.ClientAuth.REQUIRED);
    try (Serving serving = serving(mutual);
        HttpClient http = http(server.trusted())) {
      assertThatThrownBy(() -> get(http, serving, "/who")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> JdkClient.at(http, wss(serving, "/ws/who")))
          .isInstanceOf(CompletionException.class);
    }
  }

  @Test
  void a_certificate_of_somebody_else_is_refused() throws Exception {
    TlsConfig mutual =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(client.chain(), TlsConfig.ClientAuth.OPTIONAL);
    TestKeys stranger = TestKeys.make(folder, "stranger", "CN=ada"); // so it says
    try (Serving serving = serving(mutual);
        HttpClient http = http(server.trustedBy(stranger))) {
      assertThatThrownBy(() -> get(http, serving, "/who")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void who_may_show_a_certificate_may_have_none() throws Exception {
    TlsConfig optional =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(client.chain(), TlsConfig.ClientAuth.OPTIONAL);
    try (Serving serving = serving(optional);
        HttpClient stranger = http(server.trusted());
        HttpClient ada = http(server.trustedBy(client))) {
      assertThat(get(stranger, serving, "/who")).isEqualTo("nobody");
      assertThat(get(ada, serving, "/who")).isEqualTo("CN=ada");
    }
  }

  // ---- our own client ----

  private static WsClientConfig trusting(TestKeys authority, TlsConfig.Keys own) throws Exception {
    TlsClientConfig tls = TlsClientConfig.defaults().withAuthorities(authority.chain());
    return WsClientConfig.defaults().withTls(own == null ? tls : tls.withKeys(own));
  }

  @Test
  void our_own_client_is_served_and_shows_its_certificate() throws Exception {
    TlsConfig mutual =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(client.chain(), TlsConfig.ClientAuth.REQUIRED);
    TlsConfig.Keys own = new TlsConfig.Keys.Pem(client.chain(), client.key(), null);
    try (Serving serving = serving(mutual);
        WsClientConnection ada = WsClient.connect(wss(serving, "/ws/who"), trusting(server, own))) {
      assertThat(ada.inbound().iterator().next().text()).isEqualTo("CN=ada");

      assertThatThrownBy(() -> WsClient.connect(wss(serving, "/ws/who"), trusting(server, null)))
          .isInstanceOf(IOException.class);
    }
  }

  /** CVE-2018-8034, CVE-2020-11050: hostname not verified. */
  @Test
  void our_own_client_refuses_a_certificate_for_another_name() throws Exception {
    TestKeys other = TestKeys.make(folder, "other", "CN=localhost", "dns:other.example");
    try (Serving serving = serving(TlsConfig.pem(other.chain(), other.key()))) {
      assertThatThrownBy(() -> WsClient.connect(wss(serving, "/ws/mirror"), trusting(other, null)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("TLS with localhost:" + serving.server().port());
    }
  }

  // ---- renewing ----

  @Test
  void a_renewed_certificate_is_for_new_connections_and_the_old_ones_go_on() throws Exception {
    TestKeys first = TestKeys.make(folder, "first", "CN=localhost");
    TestKeys second = TestKeys.make(folder, "second", "CN=localhost");
    Certificate renewed = second.certificate();
    TlsConfig tls = TlsConfig.pem(first.chain(), first.key()).withReloadInterval(SOON);
    SSLContext either = first.trustedWith(second);
    try (Serving serving = serving(tls);
        HttpClient http = http(either);
        JdkClient old = JdkClient.at(http, wss(serving, "/ws/mirror"))) {
      assertThat(certificateShown(serving, either)).isEqualTo(first.certificate());

      second.replace(first);

      await().until(() -> certificateShown(serving, either).equals(renewed)); // and never fails
      old.says("still here").hears("still here");
    }
  }

  @Test
  void a_key_that_is_not_the_certificates_waits_for_its_own() throws Exception {
    TestKeys first = TestKeys.make(folder, "first", "CN=localhost");
    TestKeys second = TestKeys.make(folder, "second", "CN=localhost");
    SSLContext either = first.trustedWith(second);
    TlsConfig tls = TlsConfig.pem(first.chain(), first.key()).withReloadInterval(SOON);
    try (LogCapture log = LogCapture.of("dev.phalanx.transport");
        Serving serving = serving(tls)) {
      second.replaceKey(first);

      await().until(() -> !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .contains("first.crt and ", "first.key can't be used for TLS: ")
          .contains("the key is not the first certificate's")
          .contains("the certificate loaded before stays in use");
      assertThat(certificateShown(serving, either)).isEqualTo(first.certificate());

      second.replaceChain(first);

      await().until(() -> certificateShown(serving, either).equals(second.certificate()));
    }
  }

  @Test
  void our_own_client_keeps_its_pair_while_half_of_it_is_renewed() throws Exception {
    TestKeys own = TestKeys.make(folder, "own", "CN=bob");
    TestKeys next = TestKeys.make(folder, "next", "CN=bob");
    TlsConfig mutual =
        TlsConfig.pem(server.chain(), server.key())
            .withClientAuthorities(own.chain(), TlsConfig.ClientAuth.REQUIRED);
    WsClientConfig config = trusting(server, new TlsConfig.Keys.Pem(own.chain(), own.key(), null));
    try (LogCapture log = LogCapture.of("dev.phalanx.transport");
        Serving serving = serving(mutual)) {
      WsClient.connect(wss(serving, "/ws/who"), config).close();

      next.replaceKey(own);

      for (int i = 0; i < 2; i++) {
        try (WsClientConnection bob = WsClient.connect(wss(serving, "/ws/who"), config)) {
          assertThat(bob.inbound().iterator().next().text()).isEqualTo("CN=bob");
        }
      }
      assertThat(log.lines())
          .singleElement(STRING)
          .contains("the key is not the first certificate's")
          .contains("what was loaded before stays in use");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void a_key_of_any_kind_is_known_for_its_certificates_or_anothers(String algorithm)
      throws Exception {
    TestKeys own = TestKeys.makeOf(algorithm, folder, "own");
    TestKeys same = TestKeys.makeOf(algorithm, folder, "same");
    serving(TlsConfig.pem(own.chain(), own.key())).close();

    for (TestKeys other : List.of(same, server, TestKeys.makeOf("RSA", folder, "rsa"))) {
      assertThatThrownBy(() -> serving(TlsConfig.pem(own.chain(), other.key())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the key is not the first certificate's");
    }
  }

  @Test
  void files_that_can_not_be_used_are_logged_and_the_certificate_before_them_stays()
      throws Exception {
    TestKeys keys = TestKeys.make(folder, "keys", "CN=localhost");
    Path chain = keys.chain();
    TlsConfig tls = TlsConfig.pem(chain, keys.key()).withReloadInterval(SOON);
    try (LogCapture log = LogCapture.of("dev.phalanx.transport");
        Serving serving = serving(tls)) {
      Files.writeString(chain, "no certificate at all");

      await().until(() -> !log.lines().isEmpty());
      assertThat(log.lines().getFirst())
          .contains(chain.toString())
          .contains("the certificate loaded before stays in use");
      assertThat(certificateShown(serving, keys.trusted())).isEqualTo(keys.certificate());
    }
  }

  // ---- an operator's mistakes ----

  @Test
  void a_file_that_is_not_there_is_named_at_the_start() throws Exception {
    Path missing = folder.resolve("missing.pem");

    assertThatThrownBy(() -> serving(TlsConfig.pem(missing, server.key())))
        .isInstanceOf(IOException.class)
        .hasMessage(missing + " does not exist or can't be read");
  }

  @Test
  void files_that_are_no_certificate_and_key_are_named_at_the_start() throws Exception {
    Path chain = Files.writeString(folder.resolve("chain.pem"), "nothing");
    Path key = server.key();

    assertThatThrownBy(() -> serving(TlsConfig.pem(chain, key)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(chain + " and " + key + " can't be used for TLS: ");
  }

  @Test
  void a_wrong_password_of_a_keystore_is_said_at_the_start() {
    assertThatThrownBy(() -> serving(TlsConfig.store(server.store(), "wrong")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(server.store() + " can't be used for TLS: ")
        .hasMessageContaining("password");
  }

  @Test
  void settings_that_do_not_fit_together_are_refused() throws Exception {
    TlsConfig tls = TlsConfig.store(server.store(), TestKeys.PASSWORD);

    assertThat(List.of(tls.toString())).noneMatch(shown -> shown.contains(TestKeys.PASSWORD));
    assertThatThrownBy(() -> tls.withClientAuthorities(client.chain(), TlsConfig.ClientAuth.NONE))
        .hasMessageStartingWith("clientAuthorities is needed where clientAuth");
    assertThatThrownBy(() -> tls.withReloadInterval(Duration.ZERO))
        .hasMessageStartingWith("reloadInterval must be more than nothing");
  }
}
