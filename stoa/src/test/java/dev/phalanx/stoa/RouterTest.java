package dev.phalanx.stoa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceException;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.transport.ExchangeHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which route answers a request, what stands around it, and what groups become when mounted. */
class RouterTest {
  private static final HttpHandler PAGE = scope -> Response.status(204);

  static final class NeedsAThread implements HttpHandler {
    NeedsAThread(Thread thread) {}

    @Override
    public Response handle(RequestScope scope) {
      return Response.status(204);
    }
  }

  private final Application app = Application.starting().compile();

  @AfterEach
  void close() {
    app.close();
  }

  private static RouteGroup.Builder group() {
    return RouteGroup.builder();
  }

  private Router router(RouteGroup.Builder group) {
    return new Router(group.build(), app.handlers(), 1_000);
  }

  private static @Nullable String found(Router router, String method, String path) {
    PathTable.Match<Route> match = router.find(method, PathPattern.segmentsOf(path));
    return match == null ? null : match.value().key();
  }

  private static @Nullable String allowed(Router router, String path) {
    Response response = router.otherMethods(PathPattern.segmentsOf(path));
    return response == null ? null : response.headers().first("Allow");
  }

  private static List<Middleware> around(Router router, String path) {
    return router.middleware(PathPattern.segmentsOf(path));
  }

  private static Middleware distinct(String name) {
    return new Middleware() {
      @Override
      public Response handle(RequestScope scope, HttpHandler next) throws Exception {
        return next.handle(scope);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  // ---- finding ----

  @Test
  void method_and_path_decide() {
    Router router = router(group().get("/a", PAGE).post("/a", PAGE).put("/b/{id}", PAGE));

    assertThat(found(router, "GET", "/a")).isEqualTo("GET /a");
    assertThat(found(router, "POST", "/a")).isEqualTo("POST /a");
    assertThat(found(router, "PUT", "/b/1")).isEqualTo("PUT /b/{id}");
    assertThat(found(router, "DELETE", "/a")).isNull();
    assertThat(found(router, "GET", "/c")).isNull();
  }

  @Test
  void head_is_answered_by_get_unless_it_has_a_route_of_its_own() {
    Router router = router(group().get("/a", PAGE).get("/b", PAGE).route("HEAD /b", PAGE));

    assertThat(found(router, "HEAD", "/a")).isEqualTo("GET /a");
    assertThat(found(router, "HEAD", "/b")).isEqualTo("HEAD /b");
  }

  @Test
  void other_methods_of_a_path_are_told() {
    Router router =
        router(group().get("/a", PAGE).delete("/a", PAGE).patch("/{x}", PAGE).post("/b", PAGE));

    assertThat(allowed(router, "/a")).isEqualTo("DELETE, GET, HEAD, PATCH");
    assertThat(allowed(router, "/b")).isEqualTo("PATCH, POST");
    assertThat(allowed(router, "/a/b")).isNull();
  }

  @Test
  void of_two_expressions_the_route_that_was_added_first_answers() {
    Router names = router(group().get("/x/{name:\\w+}", PAGE).get("/x/{id:\\d+}", PAGE));
    Router numbers = router(group().get("/x/{id:\\d+}", PAGE).get("/x/{name:\\w+}", PAGE));

    assertThat(found(names, "GET", "/x/42")).isEqualTo("GET /x/{name:\\w+}");
    assertThat(found(numbers, "GET", "/x/42")).isEqualTo("GET /x/{id:\\d+}");
  }

  @Test
  void a_mounted_group_takes_part_in_that_order_at_its_place() {
    RouteGroup names = group().get("/{name:\\w+}", PAGE).build();

    Router before = router(group().mount("/x", names).get("/x/{id:\\d+}", PAGE));
    Router after = router(group().get("/x/{id:\\d+}", PAGE).mount("/x", names));

    assertThat(found(before, "GET", "/x/42")).isEqualTo("GET /x/{name:\\w+}");
    assertThat(found(after, "GET", "/x/42")).isEqualTo("GET /x/{id:\\d+}");
  }

  @Test
  void a_handler_that_can_not_be_made_is_an_error_that_names_its_route() {
    assertThatThrownBy(() -> router(group().get("/a", NeedsAThread.class)))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("Route \"GET /a\"")
        .hasMessageContaining("java.lang.Thread");
  }

  // ---- the size of bodies ----

  @Test
  void a_body_may_be_as_large_as_its_route_says_and_none_is_wanted_without_a_route() {
    RouteConfig large = RouteConfig.defaults().withMaxBodyBytes(5_000);
    RouteConfig none = RouteConfig.defaults().withMaxBodyBytes(0);
    Router router =
        router(
            group()
                .get("/a", PAGE)
                .route("POST /a", PAGE, large)
                .route("POST /{x}", PAGE, none)
                .mount("/in", group().route("PUT /a", PAGE, large).build()));

    assertThat(router.bodyLimit("GET", "/a")).isEqualTo(1_000);
    assertThat(router.bodyLimit("HEAD", "/a")).isEqualTo(1_000);
    assertThat(router.bodyLimit("POST", "/%61")).isEqualTo(5_000);
    assertThat(router.bodyLimit("POST", "/b")).isZero();
    assertThat(router.bodyLimit("PUT", "/in/a")).isEqualTo(5_000);
    assertThat(router.bodyLimit("PUT", "/a")).isEqualTo(ExchangeHandler.NO_BODY);
    assertThat(router.bodyLimit("PUT", "/in/b")).isEqualTo(ExchangeHandler.NO_BODY);
    assertThat(router.bodyLimit("GET", "/%zz")).isEqualTo(ExchangeHandler.NO_BODY);
    assertThat(router.bodyLimit("OPTIONS", "*")).isEqualTo(ExchangeHandler.NO_BODY);
  }

  @Test
  void no_expression_of_a_pattern_is_evaluated_for_the_size_of_a_body() {
    String slow = "(a|a)*b"; // exponential for many a
    RouteConfig large = RouteConfig.defaults().withMaxBodyBytes(5_000);
    Router router =
        router(group().route("POST /{x:" + slow + "}/c", PAGE, large).post("/{y}/c", PAGE));

    assertThat(router.bodyLimit("POST", "/" + "a".repeat(200) + "/c")).isEqualTo(5_000);
    assertThat(router.bodyLimit("POST", "/" + "a".repeat(200) + "/d"))
        .isEqualTo(ExchangeHandler.NO_BODY);
  }

  // ---- mounting ----

  @ParameterizedTest
  @ValueSource(strings = {"/admin", "/admin/"})
  void the_root_of_a_mounted_group_answers_with_a_slash_at_its_end_and_without(String prefix) {
    Router router = router(group().mount(prefix, group().get("/", PAGE).build()));

    assertThat(found(router, "GET", "/admin")).isEqualTo("GET /admin");
    assertThat(found(router, "GET", "/admin/")).isEqualTo("GET /admin/");
    assertThat(found(router, "HEAD", "/admin")).isEqualTo("GET /admin");
    assertThat(allowed(router, "/admin")).isEqualTo("GET, HEAD");
    assertThat(found(router, "GET", "/")).isNull();
    assertThat(found(router, "GET", "/admin/users")).isNull();
  }

  @Test
  void any_other_route_answers_where_it_says_and_nowhere_else() {
    Router router =
        router(group().mount("/admin", group().get("/users", PAGE).get("/logs/", PAGE).build()));

    assertThat(found(router, "GET", "/admin/users")).isEqualTo("GET /admin/users");
    assertThat(found(router, "GET", "/admin/users/")).isNull();
    assertThat(found(router, "GET", "/admin/logs/")).isEqualTo("GET /admin/logs/");
    assertThat(found(router, "GET", "/admin/logs")).isNull();
  }

  @Test
  void groups_in_groups_have_their_roots_too() {
    RouteGroup users = group().get("/", PAGE).get("/{id}", PAGE).build();
    RouteGroup admin = group().get("/", PAGE).mount("/users", users).build();
    Router router = router(group().get("/", PAGE).mount("/admin", admin));

    for (String path : List.of("/", "/admin", "/admin/", "/admin/users", "/admin/users/")) {
      assertThat(found(router, "GET", path)).isEqualTo("GET " + path);
    }
    assertThat(found(router, "GET", "/admin/users/1")).isEqualTo("GET /admin/users/{id}");
  }

  @Test
  void a_group_mounted_at_the_root_is_as_if_it_were_not_mounted() {
    Router router = router(group().mount("/", group().get("/", PAGE).get("/a", PAGE).build()));

    assertThat(found(router, "GET", "/")).isEqualTo("GET /");
    assertThat(found(router, "GET", "/a")).isEqualTo("GET /a");
  }

  @Test
  void a_root_that_is_there_already_is_an_error_that_names_it() {
    RouteGroup root = group().get("/", PAGE).build();

    assertThatThrownBy(() -> group().get("/admin", PAGE).mount("/admin", root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"GET /admin\"")
        .hasMessageContaining("ambiguous");
  }

  // ---- middleware ----

  @Test
  void middleware_stands_around_all_below_its_group_the_outermost_first() {
    Middleware outer = distinct("outer");
    Middleware inner = distinct("inner");
    RouteGroup admin = group().wrap(inner).get("/users", PAGE).build();
    Router router = router(group().wrap(outer).mount("/admin", admin));

    assertThat(around(router, "/")).containsExactly(outer);
    assertThat(around(router, "/admin")).containsExactly(outer, inner);
    assertThat(around(router, "/admin/nowhere/at/all")).containsExactly(outer, inner);
    assertThat(around(router, "/%61dmin/users")).containsExactly(outer, inner);
    assertThat(around(router, "/administration")).containsExactly(outer);
  }

  /** Else the group's routes were open to everybody, because of a slash. */
  @ParameterizedTest
  @ValueSource(strings = {"/admin", "/admin/", "/admin//"})
  void a_slash_at_the_end_of_the_prefix_opens_no_gap_in_it(String prefix) {
    Middleware guard = distinct("guard");
    RouteGroup admin = group().wrap(guard).get("/", PAGE).get("/users", PAGE).build();
    Router router = router(group().mount(prefix, admin));

    for (String path : List.of("/admin", "/admin/", "/admin/users")) {
      assertThat(found(router, "GET", path)).isNotNull();
      assertThat(around(router, path)).as(path).containsExactly(guard);
    }
  }
}
