package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.testkit.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Middleware, around routes and around upgrades; and groups within groups. */
class MiddlewareTest {
  private static final AttributeKey<String> WHO = AttributeKey.of("who");

  private static Middleware noting(List<String> notes, String name) {
    return (scope, next) -> {
      notes.add(name + " in");
      Response response = next.handle(scope);
      notes.add(name + " out");
      return response;
    };
  }

  @Test
  void middleware_stands_around_in_order_the_same_one_once() throws Exception {
    List<String> notes = Collections.synchronizedList(new ArrayList<>());
    Middleware a = noting(notes, "a");
    Middleware b = noting(notes, "b");
    Middleware c = noting(notes, "c");
    HttpHandler handler =
        scope -> {
          notes.add("handler");
          return Response.text("done");
        };
    RouteGroup inner = RouteGroup.builder().wrap(c, a).get("/deep", handler).build();
    RouteGroup outer =
        RouteGroup.builder().wrap(a, b, a).get("/shallow", handler).mount("/inner", inner).build();

    try (Serving own = Serving.of(runner -> runner.withRoutes(outer));
        Peer peer = own.peer()) {
      peer.gets("/shallow").hearsReply();
      assertThat(notes).containsExactly("a in", "b in", "handler", "b out", "a out");
      notes.clear();

      peer.gets("/inner/deep").hearsReply();
      assertThat(notes)
          .containsExactly("a in", "b in", "c in", "handler", "c out", "b out", "a out");
      notes.clear();

      assertThat(peer.gets("/inner/nowhere").hearsReply().status()).isEqualTo(404);
      assertThat(notes).containsExactly("a in", "b in", "c in", "c out", "b out", "a out");
      notes.clear();

      assertThat(peer.gets("/inner").hearsReply().status()).isEqualTo(404);
      assertThat(notes).containsExactly("a in", "b in", "c in", "c out", "b out", "a out");
      notes.clear();

      assertThat(peer.gets("/innermost").hearsReply().status()).isEqualTo(404);
      assertThat(notes).containsExactly("a in", "b in", "b out", "a out");
    }
  }

  @Test
  void middleware_stands_around_upgrades_too_and_its_attributes_reach_the_handler()
      throws Exception {
    List<String> notes = Collections.synchronizedList(new ArrayList<>());
    Middleware who =
        (scope, next) -> {
          String user = scope.request().queryParameter("user");
          if (user == null) {
            return Response.error(401, "who are you?");
          }
          return next.handle(scope.withAttribute(WHO, user)).withHeader("X-Welcome", user);
        };
    WsHandler greets = scope -> scope.connection().sendText("hello " + scope.attribute(WHO));
    RouteGroup http =
        RouteGroup.builder()
            .wrap(noting(notes, "http"))
            .mount("/ws", RouteGroup.builder().wrap(noting(notes, "below /ws")).build())
            .build();
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .wrap(noting(notes, "group"), who)
            .route("/ws/chat", greets, WsConfig.defaults().withMiddleware(noting(notes, "route")))
            .build();

    try (Serving own = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
        Peer peer = own.peer()) {
      assertThat(peer.says(Peer.handshake("/ws/chat")).hearsReply().status()).isEqualTo(401);
      assertThat(notes)
          .containsExactly(
              "http in", "below /ws in", "group in", "group out", "below /ws out", "http out");
      notes.clear();

      Reply reply = peer.says(Peer.handshake("/ws/chat?user=alice")).hearsReply();

      assertThat(reply.status()).isEqualTo(101);
      assertThat(reply.header("X-Welcome")).isEqualTo("alice");
      assertThat(notes)
          .containsExactly(
              "http in",
              "below /ws in",
              "group in",
              "route in",
              "route out",
              "group out",
              "below /ws out",
              "http out");
      peer.hears(Frame.text("hello alice")).hearsClose(1000);
    }
  }

  @Test
  void a_question_about_the_server_passes_the_outermost_middleware_only() throws Exception {
    List<String> notes = Collections.synchronizedList(new ArrayList<>());
    RouteGroup inner = RouteGroup.builder().wrap(noting(notes, "inner")).build();
    RouteGroup outer =
        RouteGroup.builder().wrap(noting(notes, "outer")).mount("/inner", inner).build();

    try (Serving own = Serving.of(runner -> runner.withRoutes(outer));
        Peer peer = own.peer()) {
      assertThat(peer.says("OPTIONS * HTTP/1.1\nHost: h\n\n").hearsReply().status()).isEqualTo(204);
      assertThat(notes).containsExactly("outer in", "outer out");
    }
  }

  @Test
  void middleware_may_answer_itself_and_may_fail() throws Exception {
    Middleware refusing = (scope, next) -> Response.error(403, "not you");
    Middleware failing =
        (scope, next) -> {
          throw new IllegalStateException("the secret");
        };
    HttpHandler unreachable =
        scope -> {
          throw new AssertionError("reached");
        };
    RouteGroup http =
        RouteGroup.builder()
            .mount("/refused", RouteGroup.builder().wrap(refusing).get("/", unreachable).build())
            .mount("/failed", RouteGroup.builder().wrap(failing).get("/", unreachable).build())
            .build();

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving own = Serving.of(runner -> runner.withRoutes(http));
        Peer peer = own.peer()) {
      assertThat(peer.gets("/refused/").hearsReply().status()).isEqualTo(403);
      assertThat(peer.gets("/failed/").hearsReply().status()).isEqualTo(500);
      assertThat(log.lines()).singleElement().asString().contains("GET /failed/");
    }
  }

  @Test
  void groups_can_be_mounted_in_groups_with_parameters() throws Exception {
    RouteGroup posts =
        RouteGroup.builder()
            .get("/{post:\\d+}", scope -> Response.text(scope.params().toString()))
            .build();
    RouteGroup users = RouteGroup.builder().mount("/{user}/posts", posts).build();

    try (Serving own = Serving.http(http -> http.mount("/users", users).mount("/u/", users));
        Peer peer = own.peer()) {
      assertThat(peer.gets("/users/alice/posts/7").hearsReply().text())
          .isEqualTo("[user, post]=[alice, 7]");
      assertThat(peer.gets("/u/bob/posts/8").hearsReply().text())
          .isEqualTo("[user, post]=[bob, 8]");
      assertThat(peer.gets("/users/alice/posts/x").hearsReply().status()).isEqualTo(404);
    }
  }
}
