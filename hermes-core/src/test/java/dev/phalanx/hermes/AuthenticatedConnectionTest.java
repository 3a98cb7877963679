package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import dev.phalanx.http.Authenticate;
import dev.phalanx.http.Guard;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.Request;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.TicketConfig;
import dev.phalanx.http.Tickets;
import dev.phalanx.http.Upgrade;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Who is let in to a WebSocket, and what the handler knows of them. */
class AuthenticatedConnectionTest {
  private static final String TOKEN = "s3cret-token";
  private static final Identity ADA = Identity.of("ada").withRoles("chat");
  private static final Guard GUARD = Guard.bearer(token -> token.equals(TOKEN) ? ADA : null);
  private static final AttributeKey<String> MOOD = AttributeKey.of("mood");

  /** Counts how often it was constructed, by tests of this class one after another. */
  static final class Doorkeeper implements AuthWsHandler {
    static final AtomicInteger CONSTRUCTED = new AtomicInteger();

    Doorkeeper() {
      CONSTRUCTED.incrementAndGet();
    }

    @Override
    public void handle(AuthWsScope scope) {
      scope.connection().sendText("hello " + scope.auth().identity().id());
    }
  }

  private static WsConfig guardedBy(Authenticate authenticate) {
    return WsConfig.defaults()
        .withMiddleware(
            // The conversations' request has no credentials: these come from in front.
            (scope, next) ->
                next.handle(RequestScope.of(scope, withToken(scope.request()), scope.params())),
            authenticate);
  }

  private static Request withToken(Request request) {
    return new Request(
        request.method(),
        request.target(),
        request.headers().with("Authorization", "Bearer " + TOKEN),
        request.body(),
        request.remoteAddress(),
        request.secure());
  }

  @Test
  void the_handler_knows_who_is_at_the_other_end() throws Exception {
    AuthWsHandler handler =
        scope -> {
          AuthWsScope more = scope.withAttribute(MOOD, "happy").withParams(PathParams.none());
          more.connection()
              .sendText(
                  more.auth().identity().id()
                      + " is "
                      + more.attribute(MOOD)
                      + " at "
                      + more.request());
        };

    try (Conversation talk = Conversation.with(guardedBy(Authenticate.by(GUARD)), handler)) {
      talk.hears("ada is happy at GET /ws");
      talk.hearsClose(1000, "");
    }
  }

  @Test
  void a_handler_of_any_kind_can_ask_who_it_is() throws Exception {
    WsHandler handler =
        scope -> scope.connection().sendText(AuthWsScope.of(scope).auth().identity().id());

    try (Conversation talk = Conversation.with(guardedBy(Authenticate.by(GUARD)), handler)) {
      talk.hears("ada");
    }
  }

  @Test
  void who_asks_for_what_they_may_not_do_is_closed_with_1008_and_nobody_is_alarmed()
      throws Exception {
    AuthWsHandler handler =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            scope.auth().require(message.text());
            scope.connection().sendText("done");
          }
        };

    try (CapturedLog log = CapturedLog.of(WsConnection.class.getName(), Level.WARNING);
        Conversation talk = Conversation.with(guardedBy(Authenticate.by(GUARD)), handler)) {
      talk.says("chat");
      talk.hears("done");
      talk.says("admin");
      talk.hearsClose(1008, "you may not do this");

      assertThat(log.messages()).noneMatch(line -> line.contains(talk.connection().id()));
    }
  }

  // ---- before the upgrade ----

  private static Upgrade answer(WsRouteGroup routes, Request request) throws Exception {
    try (var server = Conversation.Server.start();
        var scope = server.app().openScope("GET /ws")) {
      routes.bind(server.app());
      return routes.upgrade(RequestScope.of(scope, request, PathParams.none()));
    }
  }

  private static WsRouteGroup keptBy(Authenticate authenticate) {
    return WsRouteGroup.builder()
        .wrap(authenticate)
        .route("/ws", Doorkeeper.class, WsConfig.defaults().withSubprotocols("chat.v1"))
        .build();
  }

  private static Response refusal(Upgrade upgrade) {
    assertThat(upgrade).isInstanceOf(Upgrade.Rejected.class);
    return ((Upgrade.Rejected) upgrade).response();
  }

  @Test
  void who_is_refused_makes_no_handler() throws Exception {
    int before = Doorkeeper.CONSTRUCTED.get();
    WsRouteGroup all = keptBy(Authenticate.by(GUARD));
    WsRouteGroup admins = keptBy(Authenticate.by(GUARD).requiring("admin"));

    Response unknown = refusal(answer(all, Conversation.upgrade("/ws")));
    Response forbidden = refusal(answer(admins, withToken(Conversation.upgrade("/ws"))));

    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.headers().all("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"hermes\"");
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(Doorkeeper.CONSTRUCTED).hasValue(before);
  }

  @Test
  void who_is_known_must_still_come_from_a_page_of_ours() throws Exception {
    int before = Doorkeeper.CONSTRUCTED.get();
    Request foreign = Conversation.upgrade("/ws", "Origin", "https://evil.test");

    Response response = refusal(answer(keptBy(Authenticate.by(GUARD)), withToken(foreign)));

    assertThat(response.status()).isEqualTo(403);
    assertThat(Doorkeeper.CONSTRUCTED).hasValue(before);
  }

  @Test
  void a_token_among_the_subprotocols_is_never_chosen() throws Exception {
    String entry =
        "bearer."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(TOKEN.getBytes(StandardCharsets.UTF_8));
    WsRouteGroup trap =
        WsRouteGroup.builder()
            .wrap(Authenticate.by(GUARD))
            .route("/ws", scope -> {}, WsConfig.defaults().withSubprotocols(entry, "chat.v1"))
            .build();

    Upgrade upgrade =
        answer(trap, Conversation.upgrade("/ws", "Sec-WebSocket-Protocol", entry + ", chat.v1"));

    assertThat(upgrade)
        .isInstanceOfSatisfying(
            Upgrade.Accepted.class,
            accepted ->
                assertThat(accepted.handshake().headers().all("Sec-WebSocket-Protocol"))
                    .containsExactly("chat.v1"));
  }

  @Test
  void a_handler_for_those_who_are_known_without_a_guard_lets_nobody_in() {
    int before = Doorkeeper.CONSTRUCTED.get();
    AuthWsHandler lambda = scope -> {};
    WsRouteGroup open = WsRouteGroup.builder().route("/ws", Doorkeeper.class).build();
    WsRouteGroup openToo = WsRouteGroup.builder().route("/ws", lambda).build();

    assertThatIllegalStateException()
        .isThrownBy(() -> answer(open, withToken(Conversation.upgrade("/ws"))))
        .withMessage("Route \"WS /ws\" has an AuthWsHandler, but no Authenticate around it");
    assertThatIllegalStateException()
        .isThrownBy(() -> answer(openToo, withToken(Conversation.upgrade("/ws"))))
        .withMessageContaining("WS /ws");
    assertThat(Doorkeeper.CONSTRUCTED).hasValue(before);
  }

  @Test
  void a_ticket_opens_one_connection_however_deep_its_guard_stands() throws Exception {
    Tickets tickets = Tickets.with(TicketConfig.defaults());
    Guard guard = Guard.anyOf(GUARD, tickets.guard());
    String ticket = tickets.issue(new AuthContext(ADA, "Bearer"));
    WsRouteGroup routes =
        WsRouteGroup.builder()
            .wrap(Authenticate.by(guard))
            .route(
                "/ws",
                Doorkeeper.class,
                WsConfig.defaults().withMiddleware(Authenticate.by(guard).requiring("chat")))
            .build();
    Request request = Conversation.upgrade("/ws?ticket=" + ticket);

    try (var server = Conversation.Server.start();
        var scope = server.app().openScope("GET /ws")) {
      routes.bind(server.app());
      RequestScope asking = RequestScope.of(scope, request, PathParams.none());
      assertThat(routes.upgrade(asking)).isInstanceOf(Upgrade.Accepted.class);
      assertThat(refusal(routes.upgrade(asking)).status()).isEqualTo(401);
    }
  }
}
