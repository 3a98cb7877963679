package dev.phalanx.http;

import static dev.phalanx.http.Asking.base64url;
import static dev.phalanx.http.Asking.get;
import static dev.phalanx.http.Asking.upgrade;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who passes, and what the others hear. */
class AuthenticateTest {
  private static final Identity ADA = Identity.of("ada").withRoles("chat");
  private static final String TOKEN = "s3cret-token";

  private final Asking asking = new Asking();
  private final AtomicInteger asked = new AtomicInteger();
  private final Guard guard =
      Guard.bearer(token -> {
        asked.incrementAndGet();
        return token.equals(TOKEN) ? ADA : null;
      });
  private final Request good = get("/rooms", "Authorization", "Bearer " + TOKEN);

  @AfterEach
  void close() {
    asking.close();
  }

  private Response ask(Middleware middleware, Request request, HttpHandler handler)
      throws Exception {
    return middleware.handle(asking.scope(request), handler);
  }

  private Response askNobody(Middleware middleware, Request request) throws Exception {
    return ask(
        middleware,
        request,
        scope -> {
          throw new AssertionError("the handler was called");
        });
  }

  private static List<String> challenges(Response response) {
    return response.headers().all("WWW-Authenticate");
  }

  @Test
  void who_is_known_passes_and_the_handler_knows_who_it_is() throws Exception {
    Response response =
        ask(
            Authenticate.by(guard),
            good,
            scope -> Response.text(AuthContext.of(scope).identity().name()));

    assertThat(response.status()).isEqualTo(200);
    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("ada");
  }

  @Test
  void who_brings_nothing_is_told_what_to_bring() throws Exception {
    Response response = askNobody(Authenticate.by(guard), get("/rooms"));

    assertThat(response.status()).isEqualTo(401);
    assertThat(challenges(response)).containsExactly("Bearer realm=\"hermes\"");
  }

  @Test
  void who_is_not_known_is_refused() throws Exception {
    Response response =
        askNobody(Authenticate.by(guard), get("/rooms", "Authorization", "Bearer wrong"));

    assertThat(response.status()).isEqualTo(401);
    assertThat(challenges(response))
        .containsExactly("Bearer realm=\"hermes\", error=\"invalid_token\"");
  }

  @Test
  void what_can_not_be_read_is_a_bad_request() throws Exception {
    Response response = askNobody(Authenticate.by(guard), get("/", "Authorization", "Bearer a b"));

    assertThat(response.status()).isEqualTo(400);
    assertThat(challenges(response))
        .containsExactly("Bearer realm=\"hermes\", error=\"invalid_request\"");
  }

  @Test
  void several_challenges_are_headers_of_their_own() throws Exception {
    Guard both = Guard.anyOf(guard, Guard.basic("tools", (user, password) -> null));

    assertThat(challenges(askNobody(Authenticate.by(both), get("/"))))
        .containsExactly("Bearer realm=\"hermes\"", "Basic realm=\"tools\", charset=\"UTF-8\"");
  }

  @Test
  void who_lacks_a_role_is_forbidden_and_who_has_them_all_passes() throws Exception {
    Authenticate admins = Authenticate.by(guard).requiring("chat", "admin");

    Response response = askNobody(admins, good);

    assertThat(response.status()).isEqualTo(403);
    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("admin");
    assertThat(ask(Authenticate.by(guard).requiring("chat"), good, s -> Response.status(204)))
        .extracting(Response::status)
        .isEqualTo(204);
  }

  @Test
  void a_handler_that_requires_a_role_forbids_in_the_same_way() throws Exception {
    AuthHttpHandler handler =
        scope -> {
          scope.auth().require("admin");
          return Response.status(204);
        };

    assertThat(ask(Authenticate.by(guard), good, handler).status()).isEqualTo(403);
  }

  @Test
  void a_guard_that_fails_lets_nobody_pass() {
    Exception failure = new java.io.IOException("no database");

    for (Guard failing :
        List.<Guard>of(
            Guard.bearer(token -> {
              throw failure;
            }),
            Guard.anyOf(
                scope -> {
                  throw failure;
                },
                scope -> Verdict.granted(ADA, "Anybody")))) {
      assertThatThrownBy(() -> askNobody(Authenticate.by(failing), good)).isSameAs(failure);
    }
  }

  @Test
  void a_guard_that_can_not_say_lets_nobody_pass() {
    Authenticate silent = Authenticate.by(scope -> null);

    assertThatThrownBy(() -> askNobody(silent, good)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> new Verdict.Granted(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> new Verdict.Missing(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_same_guard_around_a_group_and_a_route_is_asked_once() throws Exception {
    HttpHandler inner =
        scope ->
            Authenticate.by(guard)
                .requiring("chat")
                .handle(scope.withParams(PathParams.none()), passed -> Response.status(204));

    assertThat(ask(Authenticate.by(guard), good, inner).status()).isEqualTo(204);
    assertThat(asked).hasValue(1);
  }

  @Test
  void another_guard_inside_is_asked_whatever_the_outer_one_said() throws Exception {
    Guard strict = Guard.sharedSecret("0123456789abcdef", Identity.of("root"));
    HttpHandler inner = scope -> askNobodyIn(scope, Authenticate.by(strict));

    assertThat(ask(Authenticate.by(guard), good, inner).status()).isEqualTo(401);
  }

  private static Response askNobodyIn(RequestScope scope, Authenticate inner) throws Exception {
    return inner.handle(
        scope,
        passed -> {
          throw new AssertionError("the handler was called");
        });
  }

  @Test
  void a_handler_for_those_who_are_known_does_not_answer_others() {
    AuthHttpHandler handler = scope -> Response.text("secret");

    assertThatIllegalStateException()
        .isThrownBy(() -> handler.handle(asking.scope(get("/rooms"))))
        .withMessageContaining("put Authenticate around its route");
  }

  @Test
  void the_scope_of_who_is_known_stays_so_with_more_in_it() throws Exception {
    AttributeKey<String> more = AttributeKey.of("more");
    AuthHttpHandler handler =
        scope -> {
          AuthRequestScope seen = scope.withAttribute(more, "x").withParams(PathParams.none());
          return Response.text(seen.auth().identity().id() + seen.attribute(more) + seen.request());
        };

    Response response = ask(Authenticate.by(guard), good, handler);

    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("adaxGET /rooms");
  }

  // ---- WebSocket ----

  private static Request offering(String subprotocols) {
    return upgrade("/ws", "Sec-WebSocket-Protocol", subprotocols, "Origin", "http://a.test");
  }

  @Test
  void a_token_among_the_subprotocols_goes_no_further() throws Exception {
    AtomicReference<Request> behind = new AtomicReference<>();
    HttpHandler handshake =
        scope -> {
          behind.set(scope.request());
          return Response.status(101).withHeader("Sec-WebSocket-Protocol", "chat.v2");
        };

    Response response =
        ask(
            Authenticate.by(guard),
            offering("chat.v1, bearer." + base64url(TOKEN) + ", chat.v2"),
            handshake);

    assertThat(response.headers().all("Sec-WebSocket-Protocol")).containsExactly("chat.v2");
    assertThat(behind.get().headers().all("Sec-WebSocket-Protocol"))
        .containsExactly("chat.v1, chat.v2");
    assertThat(behind.get().header("Origin")).isEqualTo("http://a.test");
    assertThat(behind.get().target()).isEqualTo("/ws");
  }

  @Test
  void the_tokens_companion_is_chosen_where_nothing_else_was() throws Exception {
    Request request = offering("chat.v1, bearer, bearer." + base64url(TOKEN));
    Authenticate authenticate = Authenticate.by(guard);

    assertThat(ask(authenticate, request, scope -> Response.status(101)))
        .extracting(response -> response.headers().first("Sec-WebSocket-Protocol"))
        .isEqualTo("bearer");
    assertThat(ask(authenticate, request, scope -> Response.status(404)).headers())
        .extracting(headers -> headers.contains("Sec-WebSocket-Protocol"))
        .isEqualTo(false);
    assertThat(
            ask(
                    authenticate,
                    offering("chat.v1, bearer." + base64url(TOKEN)),
                    scope -> Response.status(101))
                .headers()
                .contains("Sec-WebSocket-Protocol"))
        .isFalse();
  }

  @Test
  void who_brings_the_token_in_a_header_has_no_companion_chosen() throws Exception {
    Request request =
        upgrade("/ws", "Authorization", "Bearer " + TOKEN, "Sec-WebSocket-Protocol", "bearer");

    assertThat(
            ask(Authenticate.by(guard), request, scope -> Response.status(101))
                .headers()
                .contains("Sec-WebSocket-Protocol"))
        .isFalse();
  }

  // ---- the log ----

  @Test
  void what_is_refused_is_a_line_at_debug_without_the_credentials() throws Exception {
    try (DebugLog log = new DebugLog(Authenticate.class)) {
      Authenticate authenticate = Authenticate.by(guard).requiring("admin");
      askNobody(authenticate, get("/rooms?ticket=hush", "Authorization", "Bearer hush"));
      askNobody(authenticate, get("/rooms", "Authorization", "Bearer hu sh"));
      askNobody(authenticate, offering("bearer, bearer." + base64url("hush")));
      askNobody(authenticate, good);

      assertThat(log.lines())
          .containsExactly(
              "GET /rooms: 401, these credentials are not good, or no longer",
              "GET /rooms: 400, the bearer token is malformed (RFC 6750, section 2.1)",
              "GET /ws: 401, these credentials are not good, or no longer",
              "GET /rooms by Identity ada: 403, role \"admin\" is needed");
    }
  }

  /** What a class logs meanwhile, on the calling thread. */
  private static final class DebugLog extends Handler implements AutoCloseable {
    private final Thread caller = Thread.currentThread();
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level before;

    DebugLog(Class<?> type) {
      logger = Logger.getLogger(type.getName());
      before = logger.getLevel();
      logger.setLevel(Level.FINE);
      logger.setUseParentHandlers(false);
      setLevel(Level.FINE);
      logger.addHandler(this);
    }

    List<String> lines() {
      SimpleFormatter formatter = new SimpleFormatter();
      return records.stream().map(formatter::formatMessage).toList();
    }

    @Override
    public void publish(LogRecord entry) {
      if (Thread.currentThread() == caller) {
        records.add(entry);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
      logger.setLevel(before);
    }
  }
}
