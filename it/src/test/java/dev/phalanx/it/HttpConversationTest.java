package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/1.1, one request after another: connections that are kept, and paths that lead somewhere.
 */
class HttpConversationTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    serving =
        Serving.http(http ->
            http.get("/", scope -> Response.text("root"))
                .get("/hello/{name}", scope -> Response.text("hello " + scope.params().get("name")))
                .get("/hello/world", scope -> Response.text("the world itself"))
                .get("/numbers/{n:\\d+}", scope -> Response.text("" + scope.params().getLong("n")))
                .get("/search", scope -> Response.text("" + scope.request().queryParameter("q")))
                .get("/large", scope -> Response.status(200).withBody("x/y", new byte[8 << 20]))
                .get("/nothing", scope -> Response.status(204))
                .get("/thread", scope -> Response.text("" + Thread.currentThread().isVirtual()))
                .post("/body", scope -> Response.text("" + scope.request().body().length))
                .route("OPTIONS /body", scope -> Response.status(204).withHeader("Allow", "POST")));
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  private static Reply answerTo(String request) throws IOException {
    try (Peer peer = serving.peer()) {
      return peer.says(request).hearsReply();
    }
  }

  // ---- one request after another ----

  @Test
  void a_connection_is_kept_for_the_next_request() throws Exception {
    try (Peer peer = serving.peer()) {
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
      assertThat(peer.gets("/nowhere").hearsReply().status()).isEqualTo(404);
      assertThat(peer.gets("/nothing").hearsReply().status()).isEqualTo(204);
      Reply last = peer.gets("/hello/you").hearsReply();
      assertThat(last.text()).isEqualTo("hello you");
      assertThat(last.isLast()).isFalse();
      assertThat(last.header("Date")).matches("[A-Z][a-z]{2}, .* GMT");
    }
  }

  @Test
  void requests_that_come_at_once_are_answered_in_order_however_slow_the_first() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    HttpHandler slow =
        scope -> {
          begun.add("slow");
          release.await();
          return Response.text("slow");
        };
    HttpHandler fast =
        scope -> {
          begun.add("fast");
          release.countDown(); // too late for whoever waits for it
          return Response.text("fast");
        };

    try (Serving own = Serving.http(http -> http.get("/slow", slow).get("/fast", fast));
        Peer peer = own.peer();
        Peer other = own.peer()) {
      peer.gets("/slow").gets("/fast").gets("/nowhere").gets("/fast");
      other.gets("/nowhere").hearsReply();
      release.countDown();

      assertThat(peer.hearsReply().text()).isEqualTo("slow");
      assertThat(peer.hearsReply().text()).isEqualTo("fast");
      assertThat(peer.hearsReply().status()).isEqualTo(404);
      assertThat(peer.hearsReply().text()).isEqualTo("fast");
      assertThat(begun).containsExactly("slow", "fast", "fast");
    }
  }

  @Test
  void who_has_said_all_and_ended_its_side_hears_all_answers_and_the_end() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.gets("/hello/1").gets("/hello/2").gets("/hello/3").endsItsSide();

      assertThat(peer.hearsReply().text()).isEqualTo("hello 1");
      assertThat(peer.hearsReply().text()).isEqualTo("hello 2");
      assertThat(peer.hearsReply().text()).isEqualTo("hello 3");
      peer.hearsEnd();
    }
  }

  @Test
  void who_has_ended_its_side_while_the_first_handler_is_at_work_hears_all_answers()
      throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    HttpHandler slow =
        scope -> {
          release.await();
          return Response.text("slow");
        };
    RouteGroup http =
        RouteGroup.builder().get("/slow", slow).get("/", scope -> Response.text("fast")).build();

    try (Serving own =
            Serving.of(runner ->
                runner.withRoutes(http).withConfig(HttpServerConfig.defaults().withEventLoops(1)));
        Peer peer = own.peer()) {
      peer.gets("/slow").gets("/").gets("/").endsItsSide();
      try (Peer other = own.peer()) {
        other.gets("/").hearsReply(); // by now the one lane there is has seen it
      }
      release.countDown();

      assertThat(peer.hearsReply().text()).isEqualTo("slow");
      assertThat(peer.hearsReply().text()).isEqualTo("fast");
      assertThat(peer.hearsReply().text()).isEqualTo("fast");
      peer.hearsEnd();
    }
  }

  @Test
  void who_has_ended_its_side_and_reads_slowly_gets_a_large_answer_whole() throws Exception {
    try (Peer peer = Peer.withLittleRoom(serving.server())) {
      peer.gets("/large").endsItsSide();

      assertThat(peer.hearsReply().body()).hasSize(8 << 20);
      peer.hearsEnd();
    }
  }

  @Test
  void who_ends_its_side_in_the_midst_of_an_answer_still_gets_the_rest() throws Exception {
    try (Peer peer = Peer.withLittleRoom(serving.server())) {
      peer.gets("/large");
      peer.hearsTheStartOf("HTTP/1.1 200 OK").endsItsSide();

      assertThat(peer.hearsReply().body()).hasSize(8 << 20);
      peer.hearsEnd();
    }
  }

  @Test
  void a_large_answer_arrives_whole_and_the_connection_goes_on() throws Exception {
    try (Peer peer = Peer.withLittleRoom(serving.server())) {
      assertThat(peer.gets("/large").hearsReply().body()).hasSize(8 << 20);
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
    }
  }

  @Test
  void half_a_request_and_then_the_end_is_no_request() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("GET / HTTP/1.1\nHo").endsItsSide();

      peer.hearsEnd();
    }
  }

  @Test
  void a_request_may_come_byte_by_byte() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.saysByteByByte(
          "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc".getBytes(UTF_8));

      assertThat(peer.hearsReply().text()).isEqualTo("3");
    }
  }

  @Test
  void who_wants_the_connection_closed_gets_it_closed() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("GET / HTTP/1.1\nHost: h\nConnection: close\n\nGET / HTTP/1.1\nHost: h\n\n");

      Reply reply = peer.hearsReply();
      assertThat(reply.text()).isEqualTo("root");
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  @Test
  void http_1_0_is_answered_and_closed_with_host_or_without() throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says("GET /hello/you HTTP/1.0\n\n").hearsReply();

      assertThat(reply.text()).isEqualTo("hello you");
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  @Test
  void http_1_0_may_ask_to_be_kept_and_is_told_so() throws Exception {
    try (Peer peer = serving.peer()) {
      String request = "GET / HTTP/1.0\nConnection: keep-alive\n\n";

      assertThat(peer.says(request).hearsReply().header("Connection")).isEqualTo("keep-alive");
      assertThat(peer.says(request).hearsReply().text()).isEqualTo("root");
    }
  }

  @Test
  void an_idle_connection_is_closed_after_the_idle_timeout() throws Exception {
    HttpServerConfig hasty = HttpServerConfig.defaults().withIdleTimeout(SHORT);
    try (Serving own = Serving.of(runner -> runner.withConfig(hasty));
        Peer peer = own.peer()) {
      assertThat(peer.gets("/").hearsReply().status()).isEqualTo(404);

      peer.hearsEnd();
    }
  }

  @Test
  void every_request_has_a_virtual_thread() throws Exception {
    assertThat(answerTo("GET /thread HTTP/1.1\nHost: h\n\n").text()).isEqualTo("true");
  }

  // ---- methods and paths ----

  @ParameterizedTest
  @CsvSource({
    "/, root",
    "/?x=y, root",
    "/hello/you, hello you",
    "/hello/you%20all, hello you all",
    "/hello/a%2Fb, hello a/b",
    "/hello/world, the world itself",
    "/hello/WORLD, hello WORLD",
    "/numbers/007, 7",
    "/search?q=a%20b+c&q=d, a b c",
    "/search?p=1, null",
    "/search?q, ''",
    "http://elsewhere.test/hello/you, hello you",
    "http://elsewhere.test, root",
  })
  void a_path_leads_to_the_most_specific_route(String path, String text) throws Exception {
    Reply reply = answerTo("GET " + path + " HTTP/1.1\nHost: h\n\n");

    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nowhere",
        "/hello",
        "/hello/",
        "/hello/a/b",
        "//",
        "/numbers/x",
        "/numbers/-1",
        "/numbers/99999999999999999999"
      })
  void a_path_without_a_route_is_a_404(String path) throws Exception {
    Reply reply = answerTo("GET " + path + " HTTP/1.1\nHost: h\n\n");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.text()).startsWith("{\"error\":");
  }

  @Test
  void a_head_is_answered_like_a_get_without_the_body() throws Exception {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says("HEAD /hello/you HTTP/1.1\nHost: h\n\n").hearsReplyToHead();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Length")).isEqualTo("9");
      assertThat(peer.says("HEAD /nowhere HTTP/1.1\nHost: h\n\n").hearsReplyToHead().status())
          .isEqualTo(404);
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /, 'GET, HEAD'",
    "DELETE, /hello/you, 'GET, HEAD'",
    "GET, /body, 'OPTIONS, POST'",
    "HEAD, /body, 'OPTIONS, POST'",
    "TRACE, /body, 'OPTIONS, POST'",
  })
  void a_method_that_a_path_has_not_is_a_405_that_names_those_it_has(
      String method, String path, String allowed) throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(method + " " + path + " HTTP/1.1\nHost: h\n\n");

      Reply reply = method.equals("HEAD") ? peer.hearsReplyToHead() : peer.hearsReply();
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.header("Allow")).isEqualTo(allowed);
    }
  }

  @ParameterizedTest
  @CsvSource({"BREW, /body", "get, /", "BREW, /nowhere"})
  void a_method_that_nobody_knows_is_a_501(String method, String path) throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(method + " " + path + " HTTP/1.1\nHost: h\n\n");

      assertThat(peer.hearsReply().status()).isEqualTo(501);
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
    }
  }
}
