package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceException;
import dev.phalanx.hermes.AuthWsHandler;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.http.AuthHttpHandler;
import dev.phalanx.http.Authenticate;
import dev.phalanx.http.Guard;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.testkit.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes that are found before anything is served, and name the route. */
class StartUpMistakesTest {
  static final class NeedsAService implements HttpHandler, WsHandler {
    NeedsAService(Thread nobodyRegisters) {}

    @Override
    public Response handle(RequestScope scope) {
      return Response.status(204);
    }

    @Override
    public void handle(WsScope scope) {}
  }

  abstract static class Abstract implements HttpHandler, WsHandler {}

  final class Inner implements HttpHandler, WsHandler {
    @Override
    public Response handle(RequestScope scope) {
      return Response.status(204);
    }

    @Override
    public void handle(WsScope scope) {}
  }

  static final class TwoConstructors implements HttpHandler, WsHandler {
    TwoConstructors() {}

    TwoConstructors(Application application) {}

    @Override
    public Response handle(RequestScope scope) {
      return Response.status(204);
    }

    @Override
    public void handle(WsScope scope) {}
  }

  @ParameterizedTest
  @ValueSource(classes = {NeedsAService.class, Abstract.class, Inner.class, TwoConstructors.class})
  @SuppressWarnings("unchecked")
  void a_handler_that_can_not_be_made_is_an_error_at_start_that_names_its_route(Class<?> type) {
    RouteGroup http =
        RouteGroup.builder().get("/page", (Class<? extends HttpHandler>) type).build();
    WsRouteGroup ws =
        WsRouteGroup.builder().route("/ws/chat", (Class<? extends WsHandler>) type).build();
    try (Application app = Application.starting().compile()) {
      assertThatThrownBy(() -> Runner.from(app).withRoutes(http).start("127.0.0.1", 0))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining("Route \"GET /page\"")
          .hasMessageContaining(type.getName());
      assertThatThrownBy(() -> Runner.from(app).withWebsockets(ws).start("127.0.0.1", 0))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining("Route \"WS /ws/chat\"")
          .hasMessageContaining(type.getName());
    }
  }

  @Test
  void a_handler_for_known_users_without_anything_that_authenticates_is_an_error_at_start() {
    AuthHttpHandler page = scope -> Response.status(204);
    AuthWsHandler chat = scope -> {};
    RouteGroup http = RouteGroup.builder().get("/api/page", page).build();
    WsRouteGroup ws = WsRouteGroup.builder().route("/api/ws/{room}", chat).build();
    Authenticate tokens = Authenticate.by(Guard.bearer(token -> null));
    RouteGroup elsewhere =
        RouteGroup.builder().mount("/admin", RouteGroup.builder().wrap(tokens).build()).build();
    try (Application app = Application.starting().compile()) {
      assertThatThrownBy(() -> Runner.from(app).withRoutes(http).start("127.0.0.1", 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Route \"GET /api/page\"")
          .hasMessageContaining(".wrap(Authenticate.by(…))");
      assertThatThrownBy(
              () -> Runner.from(app).withRoutes(elsewhere).withWebsockets(ws).start("127.0.0.1", 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Route \"websocket /api/ws/{room}\"");
    }
  }

  @Test
  void middleware_around_the_group_the_route_or_the_whole_server_authenticates() throws Exception {
    AuthHttpHandler page = scope -> Response.status(204);
    AuthWsHandler chat = scope -> {};
    Authenticate tokens = Authenticate.by(Guard.bearer(token -> null));
    RouteGroup guarded = RouteGroup.builder().wrap(tokens).get("/page", page).build();
    RouteGroup below = RouteGroup.builder().mount("/api", guarded).build();
    WsConfig own = WsConfig.defaults().withMiddleware(tokens);
    try (Application app = Application.starting().compile()) {
      for (WsRouteGroup.Builder ws :
          new WsRouteGroup.Builder[] {
            WsRouteGroup.builder().wrap(tokens).route("/ws", chat),
            WsRouteGroup.builder().route("/ws", chat, own),
            WsRouteGroup.builder().route("/api/ws", chat), // inside of the HTTP group's middleware
            WsRouteGroup.builder().route("/{part}/ws", chat), // perhaps; looked at once more later
          }) {
        Runner runner = Runner.from(app).withRoutes(below).withWebsockets(ws.build());
        runner.start("127.0.0.1", 0).close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no/slash | must begin with a slash",
        "/{open | a brace that is not closed",
        "/close} | a brace that was not opened",
        "/a{b} | a parameter must be a whole segment",
        "/{a}b | a parameter must be a whole segment",
        "/{1a} | not the name of a parameter",
        "/{} | not the name of a parameter",
        "/{a:[} | the expression of {a} is wrong",
        "/{a}/{a} | two parameters of one name",
      })
  void a_malformed_pattern_is_an_error_that_names_the_route(String pattern, String why) {
    assertThatThrownBy(() -> RouteGroup.builder().get(pattern, scope -> Response.status(204)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"GET " + pattern + "\"")
        .hasMessageContaining(why);
    assertThatThrownBy(() -> WsRouteGroup.builder().route(pattern, scope -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"" + pattern + "\"")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"/a, /a", "/{x}, /{y}", "/a/{x}/b, /a/{y}/b", "'/{n:\\d+}', '/{m:\\d+}'"})
  void patterns_that_nothing_can_decide_between_are_an_error_that_names_both(
      String one, String other) {
    HttpHandler page = scope -> Response.status(204);
    WsHandler chat = scope -> {};

    assertThatThrownBy(() -> RouteGroup.builder().get(one, page).get(other, page))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"GET " + other + "\"")
        .hasMessageContaining("\"" + one + "\"")
        .hasMessageContaining("ambiguous");
    assertThatThrownBy(() -> WsRouteGroup.builder().route(one, chat).route(other, chat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"WS " + other + "\"")
        .hasMessageContaining("\"" + one + "\"")
        .hasMessageContaining("ambiguous");
  }

  // ---- several groups ----

  @Test
  void routes_that_are_named_one_after_the_other_are_all_served() throws Exception {
    RouteGroup pages = RouteGroup.builder().get("/a", scope -> Response.text("a")).build();
    RouteGroup more = RouteGroup.builder().get("/b", scope -> Response.text("b")).build();
    WsRouteGroup chats =
        WsRouteGroup.builder()
            .route("/ws/{any}", scope -> scope.connection().sendText("any"))
            .build();
    WsRouteGroup lobby =
        WsRouteGroup.builder()
            .route("/ws/lobby", scope -> scope.connection().sendText("lobby"))
            .build();

    try (Serving own =
            Serving.of(runner ->
                runner
                    .withRoutes(pages)
                    .withRoutes(more)
                    .withWebsockets(chats)
                    .withWebsockets(lobby));
        Peer peer = own.peer();
        Peer specific = own.peer().opens("/ws/lobby");
        Peer other = own.peer().opens("/ws/x")) {
      assertThat(peer.gets("/a").hearsReply().text()).isEqualTo("a");
      assertThat(peer.gets("/b").hearsReply().text()).isEqualTo("b");
      specific.hears(Frame.text("lobby"));
      other.hears(Frame.text("any"));
    }
  }

  @Test
  void the_middleware_of_all_groups_stands_around_all_paths() throws Exception {
    RouteGroup pages = RouteGroup.builder().get("/a", scope -> Response.text("a")).build();
    RouteGroup guard =
        RouteGroup.builder().wrap((scope, next) -> Response.error(401, "who?")).build();
    try (Serving own = Serving.of(runner -> runner.withRoutes(pages).withRoutes(guard));
        Peer peer = own.peer()) {
      assertThat(peer.gets("/a").hearsReply().status()).isEqualTo(401);
    }
  }

  @Test
  void middleware_of_a_websocket_that_is_named_later_stands_inside_of_the_earlier() {
    Middleware first = (scope, next) -> next.handle(scope);
    Middleware second = (scope, next) -> next.handle(scope);

    assertThat(WsConfig.defaults().withMiddleware(first).withMiddleware(second).middleware())
        .containsExactly(first, second);
  }

  @Test
  void a_path_in_two_groups_is_an_error_that_names_both() {
    HttpHandler page = scope -> Response.status(204);
    RouteGroup one = RouteGroup.builder().get("/page/{a}", page).build();
    RouteGroup other = RouteGroup.builder().get("/page/{b}", page).build();
    WsRouteGroup chat = WsRouteGroup.builder().route("/ws/{a}", scope -> {}).build();
    WsRouteGroup talk = WsRouteGroup.builder().route("/ws/{b}", scope -> {}).build();
    try (Application app = Application.starting().compile()) {
      Runner runner = Runner.from(app);
      assertThatThrownBy(() -> runner.withRoutes(one).withRoutes(other))
          .hasMessageContaining("\"/page/{a}\"")
          .hasMessageContaining("GET /page/{b}");
      assertThatThrownBy(() -> RouteGroup.builder().mount("/x", one).mount("/x", other))
          .hasMessageContaining("\"/x/page/{a}\"")
          .hasMessageContaining("GET /x/page/{b}");
      assertThatThrownBy(
              () -> runner.withWebsockets(chat).withWebsockets(talk).start("127.0.0.1", 0))
          .hasMessageContaining("\"/ws/{a}\"")
          .hasMessageContaining("\"/ws/{b}\"");
    }
  }

  @Test
  void a_closed_application_can_not_be_served() {
    Application app = Application.starting().compile();
    app.close();

    assertThatThrownBy(() -> Runner.from(app).start("127.0.0.1", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the application is closed");
    assertThatThrownBy(() -> Runner.from(app).run("127.0.0.1:0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the application is closed");
  }

  @Test
  void a_key_without_a_method_is_an_error_that_says_how_it_should_be() {
    assertThatThrownBy(() -> RouteGroup.builder().route("/page", scope -> Response.status(204)))
        .hasMessageContaining("Route \"/page\"")
        .hasMessageContaining("GET /path");
  }
}
