package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.phalanx.hermes.Origins;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening handshakes as they come, well-formed and not (RFC 6455, section 4.2). */
class OpeningHandshakeTest {
  /** What the server answers to the sample key (RFC 6455, section 1.3). */
  private static final String SAMPLE_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    WsHandler greets = scope -> scope.connection().sendText("params " + scope.params());
    WsConfig twoProtocols = WsConfig.defaults().withSubprotocols("chat.v2", "chat.v1");
    WsConfig listed =
        WsConfig.defaults()
            .withOrigins(Origins.of("https://example.com", "https://*.example.org:8443"));
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/ws", ECHO)
            .route("/both", ECHO)
            .route("WS /rooms/{room}", greets)
            .route("/users/{id:\\d+}/feed", greets)
            .route("/protocols", ECHO, twoProtocols)
            .route("/listed", ECHO, listed)
            .route("/any", ECHO, WsConfig.defaults().withOrigins(Origins.any()))
            .build();
    RouteGroup http =
        RouteGroup.builder()
            .get("/both", scope -> Response.text("a page"))
            .get("/page", scope -> Response.text("only a page"))
            .build();
    serving = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  /** In place of a header's value: without the header. */
  private static final String NONE = "(none)";

  /** A handshake, with changes: names and values of headers in turn. */
  private static String handshake(String... changes) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < changes.length; i += 2) {
      all.put(changes[i], changes[i + 1]);
    }
    return handshake("GET /ws", all);
  }

  /** A handshake for another path or method, with changes. */
  private static String handshake(String methodAndPath, Map<String, String> changes) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "example.test:8080");
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Key", Peer.SAMPLE_KEY);
    headers.put("Sec-WebSocket-Version", "13");
    headers.putAll(changes);
    headers.values().removeIf(NONE::equals);
    StringBuilder head = new StringBuilder(methodAndPath + " HTTP/1.1\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\n"));
    return head + "\n";
  }

  private static Reply answerTo(String request) throws IOException {
    try (Peer peer = serving.peer()) {
      return peer.says(request).hearsReply();
    }
  }

  // ---- what is accepted ----

  @Test
  void the_sample_of_the_rfc_is_answered_as_the_rfc_says() throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says(handshake()).hearsReply();

      assertThat(reply.status()).isEqualTo(101);
      assertThat(reply.header("Upgrade")).isEqualToIgnoringCase("websocket");
      assertThat(reply.header("Connection")).isEqualToIgnoringCase("Upgrade");
      assertThat(reply.header("Sec-WebSocket-Accept")).isEqualTo(SAMPLE_ACCEPT);
      assertThat(reply.headers("Sec-WebSocket-Protocol")).isEmpty();
      assertThat(reply.headers("Sec-WebSocket-Extensions")).isEmpty();
      assertThat(reply.headers("Content-Length")).isEmpty();
      assertThat(reply.headers("Transfer-Encoding")).isEmpty();
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));
    }
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments("tokens in any case", handshake("Upgrade", "WebSocket", "Connection", "uPGRADE")),
        arguments(
            "headers' names in any case",
            handshake()
                .toLowerCase(Locale.ROOT)
                .replace(Peer.SAMPLE_KEY.toLowerCase(Locale.ROOT), Peer.SAMPLE_KEY)
                .replace("get /ws http/1.1", "GET /ws HTTP/1.1")),
        arguments("keep-alive, Upgrade", handshake("Connection", "keep-alive, Upgrade")),
        arguments("Connection twice", handshake("Connection", "keep-alive\nConnection: Upgrade")),
        arguments("another protocol besides", handshake("Upgrade", "h2c, websocket")),
        arguments(
            "blanks around values",
            handshake("Upgrade", "  websocket\t", "Connection", " Upgrade ")),
        arguments("a query", handshake("GET /ws?token=a%20b&c", Map.of())),
        arguments(
            "an extension that nobody knows",
            handshake("Sec-WebSocket-Extensions", "x-unknown; a=1")),
        arguments(
            "permessage-deflate, which is off",
            handshake("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")),
        arguments(
            "a subprotocol where none is spoken", handshake("Sec-WebSocket-Protocol", "chat")),
        arguments("Content-Length: 0", handshake("Content-Length", "0")),
        arguments("an absolute target", handshake("GET http://example.test:8080/ws", Map.of())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void accepted(String what, String request) throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says(request).hearsReply();

      assertThat(reply.status()).as(reply.toString()).isEqualTo(101);
      assertThat(reply.header("Sec-WebSocket-Accept")).isEqualTo(SAMPLE_ACCEPT);
      assertThat(reply.headers("Sec-WebSocket-Extensions")).isEmpty();
      peer.says(Frame.text(what)).hears(Frame.text(what));
    }
  }

  // ---- what is refused ----

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(404, "no such path", handshake("GET /nowhere", Map.of())),
        arguments(
            404, "a typed parameter of another type", handshake("GET /users/abc/feed", Map.of())),
        arguments(404, "an empty parameter", handshake("GET /rooms/", Map.of())),
        arguments(404, "a slash too many", handshake("GET /ws/", Map.of())),
        arguments(404, "a path in another case", handshake("GET /WS", Map.of())),
        arguments(405, "POST", handshake("POST /ws", Map.of())),
        arguments(405, "PUT", handshake("PUT /ws", Map.of())),
        arguments(501, "get in lower case", handshake("get /ws", Map.of())),
        arguments(426, "no Upgrade", handshake("Upgrade", NONE)),
        arguments(426, "another Upgrade", handshake("Upgrade", "h2c")),
        arguments(426, "nearly the Upgrade", handshake("Upgrade", "websockets")),
        arguments(426, "no version", handshake("Sec-WebSocket-Version", NONE)),
        arguments(426, "version 8", handshake("Sec-WebSocket-Version", "8")),
        arguments(426, "version 14", handshake("Sec-WebSocket-Version", "14")),
        arguments(426, "version 013", handshake("Sec-WebSocket-Version", "013")),
        arguments(426, "a version that is no number", handshake("Sec-WebSocket-Version", "x")),
        arguments(
            426,
            "two versions",
            handshake("Sec-WebSocket-Version", "13\nSec-WebSocket-Version: 8")),
        arguments(400, "no Connection", handshake("Connection", NONE)),
        arguments(400, "Connection: keep-alive", handshake("Connection", "keep-alive")),
        arguments(400, "nearly the Connection", handshake("Connection", "Upgraded")),
        arguments(400, "no key", handshake("Sec-WebSocket-Key", NONE)),
        arguments(400, "an empty key", handshake("Sec-WebSocket-Key", "")),
        arguments(400, "a key of 15 bytes", handshake("Sec-WebSocket-Key", base64(15))),
        arguments(400, "a key of 17 bytes", handshake("Sec-WebSocket-Key", base64(17))),
        arguments(
            400,
            "a key that isn't Base64",
            handshake("Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!==")),
        arguments(
            400,
            "a key without its padding",
            handshake("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")),
        arguments(
            400,
            "two keys",
            handshake(
                "Sec-WebSocket-Key", Peer.SAMPLE_KEY + "\nSec-WebSocket-Key: " + Peer.SAMPLE_KEY)),
        arguments(
            400,
            "a parameter of an extension without a name",
            handshake("Sec-WebSocket-Extensions", "permessage-deflate; =")),
        arguments(
            400, "an extension that is no token", handshake("Sec-WebSocket-Extensions", "@@@")),
        arguments(400, "an open quote", handshake("Sec-WebSocket-Extensions", "foo; a=\"open")),
        arguments(400, "no Host", handshake("Host", NONE)),
        arguments(400, "an empty Host", handshake("Host", "")),
        arguments(400, "two Hosts", handshake("Host", "a\nHost: b")),
        arguments(
            400, "a subprotocol that is no token", handshake("Sec-WebSocket-Protocol", "chat v1")),
        arguments(400, "a subprotocol in quotes", handshake("Sec-WebSocket-Protocol", "\"chat\"")),
        arguments(
            400,
            "two Origins",
            handshake("Origin", "http://example.test:8080\nOrigin: http://example.test:8080")),
        arguments(
            400,
            "two Origins where any may connect",
            handshake("GET /any", Map.of("Origin", "http://a.test\nOrigin: http://b.test"))),
        arguments(400, "a body", handshake("Content-Length", "3") + "abc"),
        arguments(400, "a percent sign alone", handshake("GET /rooms/100%", Map.of())),
        arguments(400, "a percent sign without hex", handshake("GET /rooms/%zz", Map.of())),
        arguments(400, "percent-encoding that isn't UTF-8", handshake("GET /rooms/%ff", Map.of())),
        arguments(400, "a query that isn't percent-encoded", handshake("GET /ws?p=%zz", Map.of())),
        arguments(400, "a query that isn't UTF-8", handshake("GET /ws?p=%ff", Map.of())),
        arguments(400, "a target that is no path", handshake("GET ws", Map.of())),
        arguments(400, "a blank before a colon", handshake("X-Blank ", "a")),
        arguments(400, "a folded line", handshake("X-Folded", "a\n b")),
        arguments(400, "a header without a name", handshake("", "a")),
        arguments(400, "no version of HTTP", "GET /ws\n\n"),
        arguments(400, "no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\n\n"));
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void refused(int status, String what, String request) throws Exception {
    Reply reply = answerTo(request);

    assertThat(reply.status()).as("%s: %s", what, reply).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.text())
        .startsWith("{\"error\":\"")
        .doesNotContain("dev.phalanx", "Exception", "\\tat ");
    assertThat(reply.headers("Sec-WebSocket-Accept")).isEmpty();
  }

  @Test
  void a_plain_get_is_told_that_only_websocket_is_spoken_here() throws Exception {
    Reply reply = answerTo(handshake("Upgrade", NONE, "Connection", NONE));

    assertThat(reply.status()).isEqualTo(426);
    assertThat(reply.header("Upgrade")).isEqualTo("websocket");
    assertThat(reply.header("Connection")).isEqualTo("Upgrade");
  }

  @Test
  void a_client_of_another_version_is_told_which_one_is_spoken() throws Exception {
    Reply reply = answerTo(handshake("Sec-WebSocket-Version", "25"));

    assertThat(reply.status()).isEqualTo(426);
    assertThat(reply.header("Sec-WebSocket-Version")).isEqualTo("13");
  }

  @Test
  void a_post_is_told_that_get_is_the_method() throws Exception {
    Reply reply = answerTo(handshake("POST /ws", Map.of()));

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("GET");
  }

  @Test
  void http_1_0_can_not_be_upgraded_and_the_proxy_in_front_is_named() throws Exception {
    try (LogCapture log = LogCapture.ofInfo("dev.phalanx");
        Serving own = Serving.websockets(ws -> ws.route("/ws", ECHO));
        Peer peer = own.peer()) {
      String request = handshake().replace("HTTP/1.1", "HTTP/1.0");
      Reply reply =
          peer.says(request.replace("Connection: Upgrade", "Connection: close")).hearsReply();

      assertThat(reply.status()).isEqualTo(426);
      assertThat(reply.text()).contains("HTTP/1.0", "proxy_http_version 1.1");
      assertThat(reply.header("Upgrade")).isEqualTo("websocket");
      assertThat(reply.connectionOptions()).containsExactly("upgrade", "close");
      assertThat(log.lines())
          .filteredOn(line -> line.contains("WS /ws"))
          .singleElement()
          .asString()
          .contains("HTTP/1.0", "proxy_http_version 1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection: close", "Connection: Upgrade, close", "Connection: Upgrade"})
  void a_426_says_upgrade_in_connection_whether_or_not_the_connection_ends(String connection)
      throws Exception {
    Reply reply =
        answerTo("GET /ws HTTP/1.1\nHost: h\n" + connection + "\nSec-WebSocket-Version: 13\n\n");

    assertThat(reply.status()).isEqualTo(426);
    assertThat(reply.header("Upgrade")).isEqualTo("websocket");
    assertThat(reply.connectionOptions()).contains("upgrade");
    assertThat(reply.isLast()).isEqualTo(connection.contains("close"));
  }

  // ---- what the log says ----

  @Test
  void a_refused_origin_is_logged_once_in_a_while_with_the_setting_that_allows_it()
      throws Exception {
    try (LogCapture log = LogCapture.ofInfo("dev.phalanx");
        Serving own = Serving.websockets(ws -> ws.route("/ws", ECHO));
        Peer peer = own.peer()) {
      for (int i = 0; i < 20; i++) {
        peer.says(handshake("Origin", "https://evil.test"));
        assertThat(peer.hearsReply().status()).isEqualTo(403);
      }

      assertThat(log.lines())
          .filteredOn(line -> line.contains("Origin"))
          .singleElement()
          .asString()
          .contains("WS /ws", "https://evil.test", "example.test:8080", "WsConfig.withOrigins");
    }
  }

  @ParameterizedTest
  @CsvSource({"404, /nowhere, 13", "405, /ws, 13", "426, /ws, 8"})
  void any_other_refused_handshake_is_a_line_at_debug(int status, String path, String version)
      throws Exception {
    try (LogCapture log = LogCapture.ofDebug("dev.phalanx");
        Peer peer = serving.peer()) {
      String method = status == 405 ? "POST " : "GET ";
      peer.says(handshake(method + path, Map.of("Sec-WebSocket-Version", version)));
      assertThat(peer.hearsReply().status()).isEqualTo(status);

      assertThat(log.lines()).singleElement().asString().contains(path, "" + status);
    }
  }

  // ---- a path that has both ----

  @Test
  void where_a_path_has_both_the_request_decides() throws Exception {
    assertThat(answerTo("GET /both HTTP/1.1\nHost: h\n\n").text()).isEqualTo("a page");
    assertThat(answerTo(handshake("GET /both", Map.of())).status()).isEqualTo(101);
  }

  @Test
  void who_asks_for_another_protocol_than_websocket_gets_the_page() throws Exception {
    // The JDK's HttpClient asks for h2c along with its first request.
    String request =
        "GET %s HTTP/1.1\nHost: h\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAEAAEAA\n\n";

    assertThat(answerTo(request.formatted("/both")).text()).isEqualTo("a page");
    assertThat(answerTo(request.formatted("/page")).text()).isEqualTo("only a page");
  }

  @Test
  void a_page_that_is_asked_to_be_a_websocket_stays_a_page() throws Exception {
    Reply reply = answerTo(handshake("GET /page", Map.of()));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("only a page");
  }

  // ---- origins ----

  @ParameterizedTest
  @CsvSource({
    // path, Host, Origin, status
    "/ws, example.test:8080, http://example.test:8080, 101",
    "/ws, example.test:8080, https://example.test:8080, 101",
    "/ws, EXAMPLE.test:8080, http://example.TEST:8080, 101",
    "/ws, example.test, http://example.test, 101",
    "/ws, example.test, https://example.test, 101",
    "/ws, example.test:443, https://example.test, 101",
    "/ws, '[::1]:8080', 'http://[::1]:8080', 101",
    "/ws, my_service:8080, http://my_service:8080, 101",
    "/ws, example.test:8080, http://example.test:8081, 403",
    "/ws, example.test:8080, http://example.test, 403",
    "/ws, example.test:8080, http://evil.test:8080, 403",
    "/ws, example.test:8080, http://evilexample.test:8080, 403",
    "/ws, example.test:8080, http://example.test.evil.test:8080, 403",
    "/ws, example.test:8080, http://example.test:8080@evil.test, 403",
    "/ws, example.test:8080, http://example.test:8080/path, 403",
    "/ws, example.test:8080, null, 403",
    "/ws, example.test:8080, '', 403",
    "/ws, example.test:8080, example.test:8080, 403",
    "/ws, example.test:8080, file://, 403",
    "/ws, example.test:8080, ftp://example.test:8080, 403",
    "/ws, example.test:8080, ws://example.test:8080, 403",
    "/ws, example.test:8080, chrome-extension://example.test:8080, 403",
    "/listed, example.test:8080, ftp://example.com, 403",
    "/listed, example.test:8080, ftp://example.test:8080, 403",
    "/ws, example.test:8080, http://example.test:8080 http://example.test:8080, 403",
    "/ws, example.test:8080, http://[, 403",
    "/listed, example.test:8080, https://example.com, 101",
    "/listed, example.test:8080, https://EXAMPLE.com:443, 101",
    "/listed, example.test:8080, https://a.example.org:8443, 101",
    "/listed, example.test:8080, https://a.b.example.org:8443, 101",
    "/listed, example.test:8080, http://example.test:8080, 101",
    "/listed, example.test:8080, http://example.com, 403",
    "/listed, example.test:8080, https://www.example.com, 403",
    "/listed, example.test:8080, https://evilexample.com, 403",
    "/listed, example.test:8080, https://example.com.evil.test, 403",
    "/listed, example.test:8080, https://evilexample.org:8443, 403",
    "/listed, example.test:8080, https://example.org:8443, 403",
    "/listed, example.test:8080, https://a.example.org, 403",
    "/listed, example.test:8080, null, 403",
    "/any, example.test:8080, https://evil.test, 101",
    "/any, example.test:8080, null, 101",
  })
  void pages_of_this_server_may_connect_and_those_that_were_named(
      String path, String host, String origin, int status) throws Exception {
    Reply reply = answerTo(handshake("GET " + path, Map.of("Host", host, "Origin", origin)));

    assertThat(reply.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/listed", "/any"})
  void who_names_no_origin_is_no_browser_and_passes(String path) throws Exception {
    assertThat(answerTo(handshake("GET " + path, Map.of())).status()).isEqualTo(101);
  }

  // ---- subprotocols ----

  static Stream<Arguments> subprotocols() {
    return Stream.of(
        arguments("chat.v1", "chat.v1"),
        arguments("chat.v1, chat.v2", "chat.v2"),
        arguments("other,chat.v1,,", "chat.v1"),
        arguments(
            "other\nSec-WebSocket-Protocol: chat.v1\nSec-WebSocket-Protocol: more", "chat.v1"),
        arguments("other\nSec-WebSocket-Protocol: chat.v1, chat.v2", "chat.v2"),
        arguments("other", ""),
        arguments("CHAT.V1", ""));
  }

  @ParameterizedTest
  @MethodSource("subprotocols")
  void of_several_subprotocols_the_one_that_the_server_prefers_is_chosen(
      String offered, String chosen) throws Exception {
    Reply reply = answerTo(handshake("GET /protocols", Map.of("Sec-WebSocket-Protocol", offered)));

    assertThat(reply.status()).isEqualTo(101);
    assertThat(reply.header("Sec-WebSocket-Protocol")).isEqualTo(chosen);
  }

  // ---- path parameters ----

  @ParameterizedTest
  @CsvSource({
    "/rooms/tea, tea",
    "/rooms/tea%20house, tea house",
    "/rooms/caf%C3%A9, café",
    "/rooms/a%2Fb, a/b",
    "/rooms/100%25, 100%",
    "/rooms/a+b, a+b",
    "/rooms/%F0%9F%98%80?x=1, 😀",
    "/users/0042/feed, 0042",
    "/users/%34%32/feed, 42",
  })
  void path_parameters_are_decoded(String path, String value) throws Exception {
    try (Peer peer = serving.peer()) {
      assertThat(peer.says(handshake("GET " + path, Map.of())).hearsReply().status())
          .isEqualTo(101);

      Frame greeting = peer.hearsFrame();
      assertThat(new String(greeting.payload(), UTF_8)).endsWith("=[" + value + "]");
    }
  }

  // ---- how it goes on ----

  @Test
  void what_is_sent_along_with_the_request_belongs_to_the_websocket() throws Exception {
    try (Peer peer = serving.peer()) {
      byte[] request = handshake().replace("\n", "\r\n").getBytes(ISO_8859_1);
      byte[] hello = Frame.text("hello").masked();
      byte[] half = Frame.text("world").masked();
      byte[] together = new byte[request.length + hello.length + 4];
      System.arraycopy(request, 0, together, 0, request.length);
      System.arraycopy(hello, 0, together, request.length, hello.length);
      System.arraycopy(half, 0, together, request.length + hello.length, 4);

      peer.says(together);
      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.hears(Frame.text("hello"));

      peer.says(Arrays.copyOfRange(half, 4, half.length)).hears(Frame.text("world"));
    }
  }

  @Test
  void a_handshake_a_byte_at_a_time_is_a_handshake() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.saysByteByByte(handshake().replace("\n", "\r\n").getBytes(ISO_8859_1));

      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));
    }
  }

  @Test
  void after_a_refusal_the_same_connection_may_try_again() throws Exception {
    try (Peer peer = serving.peer()) {
      assertThat(peer.says(handshake("Sec-WebSocket-Version", "8")).hearsReply().status())
          .isEqualTo(426);
      assertThat(peer.says(handshake("Sec-WebSocket-Key", "x")).hearsReply().status())
          .isEqualTo(400);
      assertThat(peer.says(handshake("Origin", "http://evil.test")).hearsReply().status())
          .isEqualTo(403);
      assertThat(peer.says(handshake("GET /nowhere", Map.of())).hearsReply().status())
          .isEqualTo(404);
      assertThat(peer.says("GET /page HTTP/1.1\nHost: h\n\n").hearsReply().text())
          .isEqualTo("only a page");

      assertThat(peer.says(handshake()).hearsReply().status()).isEqualTo(101);
      peer.says(Frame.text("at last")).hears(Frame.text("at last"));
    }
  }

  @Test
  void a_request_and_a_handshake_may_come_in_one_go() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("GET /page HTTP/1.1\nHost: h\n\n" + handshake());

      assertThat(peer.hearsReply().text()).isEqualTo("only a page");
      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));
    }
  }
}
