package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteConfig;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that no route wants: the answer comes before the body, and the body is dropped. */
class UnwantedBodiesTest {
  private static final int SMALL = 10;
  private static final int LARGE = 200_000;

  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    HttpHandler length = scope -> Response.text("" + scope.request().body().length);
    RouteGroup guarded =
        RouteGroup.builder()
            .wrap((scope, next) -> Response.error(401, "who are you?"))
            .post("/small", length)
            .build();
    RouteGroup http =
        RouteGroup.builder()
            .get("/page", scope -> Response.text("page"))
            .post("/body", length)
            .route("POST /small", length, RouteConfig.defaults().withMaxBodyBytes(SMALL))
            .route("POST /large", length, RouteConfig.defaults().withMaxBodyBytes(LARGE))
            .route("POST /by/{id:\\d+}", length, RouteConfig.defaults().withMaxBodyBytes(LARGE))
            .route("POST /by/{name}", length, RouteConfig.defaults().withMaxBodyBytes(SMALL))
            .mount("/guarded", guarded)
            .build();
    WsRouteGroup ws = WsRouteGroup.builder().route("/ws", scope -> {}).build();
    serving = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  private static String head(String methodAndPath, String... headers) {
    return methodAndPath + " HTTP/1.1\nHost: h\n" + String.join("\n", headers) + "\n\n";
  }

  private static String length(int bytes) {
    return "Content-Length: " + bytes;
  }

  // ---- what is answered before the body is there ----

  @ParameterizedTest
  @CsvSource({
    "404, POST /nowhere",
    "405, POST /page",
    "413, POST /body",
    "413, POST /small",
    "413, POST /large",
    "401, POST /guarded/small",
    "401, POST /guarded/nowhere",
    "400, POST nowhere",
    "426, POST /ws",
  })
  void a_large_body_is_not_waited_for(int status, String methodAndPath) throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head(methodAndPath, length(1 << 20))).says("the first bytes");

      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  @Test
  void many_unfinished_bodies_for_a_path_without_a_route_are_all_answered() throws Exception {
    List<Peer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        peers.add(serving.peer().says(head("POST /nowhere", length(1 << 20))));
      }
      for (Peer peer : peers) {
        assertThat(peer.hearsReply().status()).isEqualTo(404);
        peer.hearsEnd();
      }
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, POST /nowhere, 5",
    "405, POST /page, 5",
    "401, POST /guarded/small, 70000",
    "413, POST /body, 70000",
    "413, POST /small, 11",
  })
  void who_expects_100_continue_gets_the_final_status(int status, String methodAndPath, int size)
      throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head(methodAndPath, length(size), "Expect: 100-continue"));

      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.isLast()).as("the body may follow, or not").isTrue();
      peer.hearsEnd();
    }
  }

  @Test
  void what_still_comes_of_a_small_body_is_dropped_and_the_next_request_is_answered()
      throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head("POST /nowhere", length(60_000))).says(new byte[10_000]);
      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.isLast()).isFalse();

      peer.says(new byte[50_000]).gets("/page");
      assertThat(peer.hearsReply().text()).isEqualTo("page");

      peer.says(head("POST /page", "Transfer-Encoding: chunked")).says("3\nabc\n");
      assertThat(peer.hearsReply().status()).isEqualTo(405);
      peer.says("2\nde\n0\n\n" + head("GET /page"));
      assertThat(peer.hearsReply().text()).isEqualTo("page");
    }
  }

  @Test
  void a_request_with_its_body_and_the_next_one_may_come_in_one_go() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(
          head("POST /nowhere", length(3))
              + "abc"
              + head("POST /page", length(3))
              + "abc"
              + head("POST /body", length(3))
              + "abc");

      assertThat(peer.hearsReply().status()).isEqualTo(404);
      assertThat(peer.hearsReply().status()).isEqualTo(405);
      assertThat(peer.hearsReply().text()).isEqualTo("3");
    }
  }

  // ---- the bounds of what is dropped ----

  @Test
  void of_a_body_in_chunks_only_so_much_is_dropped() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head("POST /nowhere", "Transfer-Encoding: chunked"));
      assertThat(peer.hearsReply().status()).isEqualTo(404);

      peer.says("20000\n" + "x".repeat(0x20000) + "\n0\n\n" + head("GET /page"));

      peer.losesConnection();
    }
  }

  @Test
  void a_body_that_stays_away_is_not_waited_for_without_end() throws Exception {
    HttpServerConfig hasty = HttpServerConfig.defaults().withRequestTimeout(Duration.ofMillis(300));
    try (Serving own = Serving.of(runner -> runner.withConfig(hasty));
        Peer peer = own.peer()) {
      peer.says(head("POST /nowhere", length(100))).says(new byte[50]);

      assertThat(peer.hearsReply().status()).isEqualTo(404);
      peer.hearsEnd();
    }
  }

  @Test
  void a_body_that_turns_out_malformed_ends_the_connection() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head("POST /nowhere", "Transfer-Encoding: chunked"));
      assertThat(peer.hearsReply().status()).isEqualTo(404);

      peer.says("zz\n" + head("GET /page"));

      peer.hearsEnd();
    }
  }

  @Test
  void a_peer_that_ends_its_side_within_the_body_hears_the_answer() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head("POST /nowhere", length(100))).endsItsSide();

      assertThat(peer.hearsReply().status()).isEqualTo(404);
      peer.hearsEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
  void nothing_is_upgraded_before_its_body_is_over(String framing) throws Exception {
    try (Peer peer = serving.peer()) {
      String request = Peer.handshake("/ws").replace("\n\n", "\n" + framing + "\n\n");
      peer.says(request).says(Frame.text("no frame"));

      assertThat(peer.hearsReply().status()).isEqualTo(400);
    }
  }

  // ---- limits of routes ----

  @ParameterizedTest
  @CsvSource({
    "POST /body, 65536, 65537",
    "POST /small, 10, 11",
    "POST /large, 200000, 200001",
    "POST /by/42, 200000, 200001",
    "POST /by/name, 10, 11",
  })
  void each_route_has_its_limit(String methodAndPath, int most, int tooMuch) throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head(methodAndPath, length(most))).says(new byte[most]);
      assertThat(peer.hearsReply().text()).isEqualTo("" + most);

      peer.says(head(methodAndPath, length(tooMuch))).says(new byte[tooMuch]);
      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.text()).contains("maxBodyBytes (" + most + " bytes)");
    }
  }

  @Test
  void middleware_answers_before_the_limit_does() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says(head("POST /guarded/small", "Transfer-Encoding: chunked"));
      peer.says("20000\n" + "x".repeat(0x20000) + "\n0\n\n");

      assertThat(peer.hearsReply().status()).isEqualTo(401);
    }
  }
}
