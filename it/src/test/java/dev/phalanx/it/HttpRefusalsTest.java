package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that fail, that can't be read, or never get to their end; and clients that don't behave.
 */
class HttpRefusalsTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    serving =
        Serving.http(http ->
            http.get("/", scope -> Response.text("root"))
                .post("/body", scope -> Response.text("" + scope.request().body().length))
                .get("/fails/{how}", HttpRefusalsTest::fail)
                .get("/users/{id}", scope -> Response.text("" + scope.params().getLong("id")))
                .get("/query", scope -> Response.text("" + scope.request().queryParameter("p"))));
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  private static Response fail(RequestScope scope) throws Exception {
    switch (scope.params().get("how")) {
      case "exception" -> throw new IllegalStateException("the secret");
      case "checked" -> throw new IOException("the secret");
      case "error" -> throw new StackOverflowError("the secret");
      case "header" -> {
        return Response.text("x").withHeader("X-Injected", "a\r\nSet-Cookie: evil=1");
      }
      case "null" -> {
        return null;
      }
      case "interim" -> {
        return Response.status(103);
      }
      default -> throw new HttpException(Integer.parseInt(scope.params().get("how")), "said so");
    }
  }

  private static Reply answerTo(String request) throws IOException {
    try (Peer peer = serving.peer()) {
      return peer.says(request).hearsReply();
    }
  }

  // ---- handlers that fail ----

  @ParameterizedTest
  @ValueSource(strings = {"exception", "checked", "error", "header", "null", "interim"})
  void a_handler_that_fails_is_a_500_without_internals_and_a_line_in_the_log(String how)
      throws Exception {
    try (LogCapture log = LogCapture.of("dev.phalanx");
        Peer peer = serving.peer()) {
      Reply reply = peer.gets("/fails/" + how).hearsReply();

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.text()).isEqualTo("{\"error\":\"the server failed\"}");
      assertThat(reply.toString()).doesNotContain("secret", "Set-Cookie");
      assertThat(log.lines()).singleElement().asString().contains("GET /fails/" + how);
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
    }
  }

  @Test
  void a_handler_that_returns_null_is_named_in_the_log() throws Exception {
    try (LogCapture log = LogCapture.of("dev.phalanx");
        Peer peer = serving.peer()) {
      assertThat(peer.gets("/fails/null").hearsReply().status()).isEqualTo(500);

      assertThat(log.thrown())
          .singleElement()
          .asString()
          .contains("the handler of route \"GET /fails/{how}\" returned null");
    }
  }

  @Test
  void a_middleware_that_returns_null_is_a_500_and_named_in_the_log() throws Exception {
    Middleware forgetful = new Forgetful();
    HttpHandler page = scope -> Response.text("page");
    RouteGroup below = RouteGroup.builder().wrap(forgetful).get("/page", page).build();
    RouteGroup http = RouteGroup.builder().mount("/in", below).build();
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .wrap(forgetful)
            .route("/ws", scope -> {})
            .route("/in/ws", scope -> {})
            .build();
    try (Serving own = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
        LogCapture log = LogCapture.of("dev.phalanx");
        Peer peer = own.peer()) {
      for (String request :
          List.of(
              "GET /in/page HTTP/1.1\nHost: h\n\n",
              "GET /in/nowhere HTTP/1.1\nHost: h\n\n",
              Peer.handshake("/in/ws"),
              Peer.handshake("/ws"))) {
        assertThat(peer.says(request).hearsReply().status()).as(request).isEqualTo(500);
      }

      assertThat(log.thrown())
          .hasSize(4)
          .allSatisfy(thrown ->
              assertThat(thrown)
                  .hasMessageContaining("the middleware " + Forgetful.class.getName()));
    }
  }

  private static final class Forgetful implements Middleware {
    @Override
    public Response handle(RequestScope scope, HttpHandler next) {
      return null;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, /users/99999999999999999999, '{id}'",
    "404, /users/x, '{id}'",
    "400, /query?p=%zz, two hex digits",
    "400, /query?other=%, two hex digits",
    "400, /query?p=%c3, not UTF-8",
    "400, /nowhere?p=%zz, two hex digits",
    "400, /nowhere/%zz, two hex digits",
  })
  void what_a_peer_writes_wrongly_is_its_fault_and_fills_no_log(
      int status, String target, String reason) throws Exception {
    try (LogCapture log = LogCapture.ofDebug("dev.phalanx");
        Peer peer = serving.peer()) {
      Reply reply = peer.gets(target).hearsReply();

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.text()).contains(reason);
      assertThat(log.lines()).singleElement().asString().contains("GET /", "" + status);
      assertThat(log.thrown()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 409, 418, 422, 503})
  void a_handler_may_refuse_with_a_status_and_a_reason(int status) throws Exception {
    Reply reply = answerTo("GET /fails/" + status + " HTTP/1.1\nHost: h\n\n");

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).isEqualTo("{\"error\":\"said so\"}");
  }

  // ---- requests that can not be read ----

  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments(
            400,
            "two lengths that differ",
            "POST /body HTTP/1.1\nHost: h\nContent-Length: 3\nContent-Length: 4\n\nabcd"),
        arguments(
            400,
            "a list of lengths that differ",
            "POST /body HTTP/1.1\nHost: h\nContent-Length: 3, 4\n\nabcd"),
        arguments(400, "a negative length", "POST /body HTTP/1.1\nHost: h\nContent-Length: -1\n\n"),
        arguments(
            400, "a length with a sign", "POST /body HTTP/1.1\nHost: h\nContent-Length: +3\n\nabc"),
        arguments(
            400,
            "a length that is no number",
            "POST /body HTTP/1.1\nHost: h\nContent-Length: abc\n\n"),
        arguments(
            400,
            "a length and chunks",
            "POST /body HTTP/1.1\nHost: h\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n"),
        arguments(
            400,
            "chunks and a length",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n"),
        arguments(
            400,
            "a transfer coding that isn't chunked",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: gzip\n\nabc"),
        arguments(
            400,
            "a transfer coding that looks like chunked",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: xchunked\n\n3\nabc\n0\n\n"),
        arguments(
            400,
            "chunked that isn't the last coding",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, gzip\n\n0\n\n"),
        arguments(
            400,
            "a chunk whose size is no number",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nzz\nabc\n0\n\n"),
        arguments(
            400,
            "a chunk of negative size",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n-1\nabc\n0\n\n"),
        arguments(
            400,
            "a chunk longer than its size",
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n2\nabc\n0\n\n"),
        arguments(400, "no Host", "GET / HTTP/1.1\n\n"),
        arguments(400, "two Hosts", "GET / HTTP/1.1\nHost: a\nHost: b\n\n"),
        arguments(
            400, "a blank before a colon", "GET / HTTP/1.1\nHost: h\nContent-Length : 3\n\nabc"),
        arguments(
            400, "a control character in a value", "GET / HTTP/1.1\nHost: h\nX-Y: a\u0000b\n\n"),
        arguments(400, "a header without a colon", "GET / HTTP/1.1\nHost: h\nnonsense\n\n"),
        arguments(400, "a request line of one word", "GET\nHost: h\n\n"),
        arguments(400, "another protocol", "GET / SPDY/3\nHost: h\n\n"),
        arguments(
            414, "a long request line", "GET /" + "x".repeat(9_000) + " HTTP/1.1\nHost: h\n\n"),
        arguments(
            431,
            "a large header",
            "GET / HTTP/1.1\nHost: h\nX-Large: " + "x".repeat(17_000) + "\n\n"),
        arguments(
            431, "many headers", "GET / HTTP/1.1\nHost: h\n" + "X-Many: x\n".repeat(2_000) + "\n"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("malformed")
  void what_can_not_be_read_is_refused_and_the_connection_closed(
      int status, String what, String request) throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says(request).says("GET / HTTP/1.1\nHost: smuggled\n\n").hearsReply();

      assertThat(reply.status()).as("%s: %s", what, reply).isEqualTo(status);
      assertThat(reply.text())
          .startsWith("{\"error\":")
          .doesNotContain("xxxx", "Exception", "netty");
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: h\nX-",
        "POST /body HTTP/1.1\nHost: h\nContent-Length: 3\n\nab",
        "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nab",
      })
  void a_request_that_does_not_get_to_its_end_is_a_408(String start) throws Exception {
    HttpServerConfig hasty = HttpServerConfig.defaults().withRequestTimeout(SHORT);
    RouteGroup routes = RouteGroup.builder().post("/body", scope -> Response.status(204)).build();
    try (Serving own = Serving.of(runner -> runner.withConfig(hasty).withRoutes(routes));
        Peer peer = own.peer()) {
      peer.gets("/").hearsReply();
      peer.says(start);

      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  // ---- clients that do not behave ----

  @Test
  void a_client_that_leaves_cancels_the_scope_of_its_request() throws Exception {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    HttpHandler patient =
        scope -> {
          begun.complete(true);
          try {
            scope.delay(Duration.ofMinutes(5));
          } finally {
            cancelled.complete(scope.isCancelled());
          }
          return Response.text("never");
        };

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving own = Serving.http(http -> http.get("/", patient))) {
      Peer peer = own.peer().gets("/");
      assertThat(begun.get(20, SECONDS)).isTrue();

      peer.resets();

      assertThat(cancelled.get(20, SECONDS)).isTrue();
      assertThat(log.lines()).as("a peer that leaves is no failure of ours").isEmpty();
    }
  }

  @Test
  void who_asks_on_without_waiting_for_answers_is_read_no_faster_than_it_is_answered()
      throws Exception {
    int requests = 6_000;
    String padding = "X-Padding: " + "x".repeat(8_000) + "\n";
    try (Peer peer = serving.peer()) {
      long before = PlatformDependent.usedDirectMemory();
      long most = 0;
      Thread asking =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; i < requests; i++) {
                    peer.says("GET / HTTP/1.1\nHost: h\n" + padding + "\n");
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      for (int i = 0; i < requests; i++) {
        assertThat(peer.hearsReply().text()).isEqualTo("root");
        most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
      }
      asking.join();

      assertThat(most).isLessThan(32 << 20);
    }
  }

  @Test
  void who_sends_on_after_the_last_answer_fills_no_memory() throws Exception {
    try (Peer peer = serving.peer()) {
      long before = PlatformDependent.usedDirectMemory();
      long most = 0;
      peer.says("GET / HTTP/1.1\nHost: h\nConnection: close\n\n");
      assertThat(peer.hearsReply().isLast()).isTrue();
      byte[] junk = new byte[1 << 20];
      try {
        for (int megabytes = 0; megabytes < 500; megabytes++) {
          peer.says(junk);
          most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
        }
      } catch (SocketException e) {
        // closed on us, as it should be
      }

      assertThat(most).isLessThan(32 << 20);
    }
  }
}
