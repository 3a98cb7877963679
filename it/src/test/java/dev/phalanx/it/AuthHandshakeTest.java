package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import dev.phalanx.hermes.AuthWsHandler;
import dev.phalanx.hermes.AuthWsScope;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.http.Authenticate;
import dev.phalanx.http.Guard;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.TicketConfig;
import dev.phalanx.http.Tickets;
import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, over real sockets, with clients that no one here wrote. */
class AuthHandshakeTest {
  private static final String TOKEN = "adas+token/==";
  private static final String ENTRY =
      "bearer." + Base64.getUrlEncoder().withoutPadding().encodeToString(TOKEN.getBytes(US_ASCII));
  private static final Identity ADA = Identity.of("ada").withRoles("chat");
  private static final AtomicInteger CONSTRUCTED = new AtomicInteger();

  /** Says who is there, then what they say. */
  static final class Doorkeeper implements AuthWsHandler {
    Doorkeeper() {
      CONSTRUCTED.incrementAndGet();
    }

    @Override
    public void handle(AuthWsScope scope) {
      scope.connection().sendText("hello " + scope.auth().identity().id());
      for (WsMessage message : scope.connection().inbound()) {
        scope.connection().send(message);
      }
    }
  }

  private final Tickets tickets = Tickets.with(TicketConfig.defaults());
  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    CONSTRUCTED.set(0);
    Guard guard =
        Guard.anyOf(Guard.bearer(token -> token.equals(TOKEN) ? ADA : null), tickets.guard());
    Guard broken =
        Guard.bearer(token -> {
          throw new IOException("no database");
        });
    serving =
        Serving.websockets(ws ->
            ws.route("/ws", Doorkeeper.class, by(Authenticate.by(guard)))
                .route(
                    "/chat",
                    Doorkeeper.class,
                    by(Authenticate.by(guard)).withSubprotocols("chat.v2", "chat.v1"))
                .route("/admin", Doorkeeper.class, by(Authenticate.by(guard).requiring("admin")))
                .route("/broken", Doorkeeper.class, by(Authenticate.by(broken)))
                .route(
                    "/unguarded",
                    Doorkeeper.class,
                    WsConfig.defaults().withMiddleware(new Forgetful())));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  /** Says that it authenticates, and lets everybody pass. */
  private static final class Forgetful implements Middleware {
    @Override
    public boolean authenticates() {
      return true;
    }

    @Override
    public Response handle(RequestScope scope, HttpHandler next) throws Exception {
      return next.handle(scope);
    }
  }

  private static WsConfig by(Authenticate authenticate) {
    return WsConfig.defaults().withMiddleware(authenticate);
  }

  private static String handshake(String path, String... headers) {
    String more = String.join("\n", headers) + (headers.length == 0 ? "" : "\n");
    return Peer.handshake(path).replace("Upgrade: websocket\n", "Upgrade: websocket\n" + more);
  }

  // ---- raw sockets ----

  @Test
  void who_is_refused_hears_an_ordinary_response_and_may_try_again() throws Exception {
    try (Peer peer = serving.peer()) {
      Reply missing = peer.says(handshake("/ws")).hearsReply();
      assertThat(missing.status()).isEqualTo(401);
      assertThat(missing.headers("WWW-Authenticate"))
          .containsExactly("Bearer realm=\"hermes\"", "Ticket realm=\"hermes\"");
      assertThat(missing.header("Content-Type")).isEqualTo("application/json");
      assertThat(missing.headers("Sec-WebSocket-Accept")).isEmpty();

      Reply wrong = peer.says(handshake("/ws", "Authorization: Bearer wrong")).hearsReply();
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(wrong.headers("WWW-Authenticate"))
          .contains("Bearer realm=\"hermes\", error=\"invalid_token\"");

      assertThat(peer.says(handshake("/ws", "Authorization: Bearer a b")).hearsReply().status())
          .isEqualTo(400);
      assertThat(
              peer.says(handshake("/ws", "Authorization: Bearer " + TOKEN, "Authorization: x"))
                  .hearsReply()
                  .status())
          .isEqualTo(400);
      assertThat(
              peer.says(handshake("/admin", "Authorization: Bearer " + TOKEN))
                  .hearsReply()
                  .status())
          .isEqualTo(403);
      assertThat(CONSTRUCTED).hasValue(0);

      Reply good = peer.says(handshake("/ws", "Authorization: Bearer " + TOKEN)).hearsReply();
      assertThat(good.status()).isEqualTo(101);
      assertThat(good.headers("WWW-Authenticate")).isEmpty();
      peer.hears(Frame.text("hello ada")).says(Frame.text("hi")).hears(Frame.text("hi"));
      assertThat(CONSTRUCTED).hasValue(1);
    }
  }

  @Test
  void who_is_known_but_comes_from_a_foreign_page_is_refused() throws Exception {
    try (Peer peer = serving.peer()) {
      String request =
          handshake("/ws", "Authorization: Bearer " + TOKEN, "Origin: https://evil.test");

      assertThat(peer.says(request).hearsReply().status()).isEqualTo(403);
      assertThat(CONSTRUCTED).hasValue(0);
    }
  }

  @Test
  void the_token_is_never_chosen_and_its_companion_is_only_where_nothing_else_is()
      throws Exception {
    assertThat(chosen("/chat", "chat.v1, " + ENTRY)).containsExactly("chat.v1");
    assertThat(chosen("/chat", ENTRY + ", chat.v1, chat.v2")).containsExactly("chat.v2");
    assertThat(chosen("/chat", "bearer, " + ENTRY + ", chat.v1")).containsExactly("chat.v1");
    assertThat(chosen("/ws", "bearer, " + ENTRY)).containsExactly("bearer");
    assertThat(chosen("/ws", "other, " + ENTRY)).isEmpty();
  }

  private List<String> chosen(String path, String offered) throws IOException {
    try (Peer peer = serving.peer()) {
      Reply reply = peer.says(handshake(path, "Sec-WebSocket-Protocol: " + offered)).hearsReply();
      assertThat(reply.status()).as(reply.toString()).isEqualTo(101);
      return reply.headers("Sec-WebSocket-Protocol");
    }
  }

  @Test
  void a_guard_that_fails_is_one_line_in_the_log_and_no_open_door() throws Exception {
    try (LogCapture log = LogCapture.of("dev.phalanx.stoa.Runner");
        Peer peer = serving.peer()) {
      Reply reply = peer.says(handshake("/broken", "Authorization: Bearer hush")).hearsReply();

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.text()).doesNotContain("database");
      assertThat(log.lines())
          .filteredOn(line -> line.contains("/broken"))
          .singleElement()
          .asString()
          .doesNotContain("hush");
      assertThat(CONSTRUCTED).hasValue(0);
    }
  }

  @Test
  void a_route_that_nobody_guards_lets_nobody_in_if_its_handler_is_for_those_who_are_known()
      throws Exception {
    try (LogCapture log = LogCapture.of("dev.phalanx.stoa.Runner");
        Peer peer = serving.peer()) {
      Reply reply =
          peer.says(handshake("/unguarded", "Authorization: Bearer " + TOKEN)).hearsReply();

      assertThat(reply.status()).isEqualTo(500);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("/unguarded"))
          .singleElement()
          .asString()
          .contains("GET /unguarded");
      assertThat(CONSTRUCTED).hasValue(0);
    }
  }

  // ---- the JDK's client ----

  @Test
  void the_jdks_client_is_told_why() {
    HttpResponse<?> response = refused("/ws");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"hermes\"", "Ticket realm=\"hermes\"");
    assertThat(refused("/admin", "bearer", ENTRY).statusCode()).isEqualTo(403);
    assertThat(refused("/ws?ticket=x").statusCode()).isEqualTo(401);
    assertThat(CONSTRUCTED).hasValue(0);
  }

  private HttpResponse<?> refused(String path, String... subprotocols) {
    CompletionException failure =
        catchThrowableOfType(
            CompletionException.class, () -> JdkClient.at(serving.ws(path), subprotocols));
    assertThat(failure).hasCauseInstanceOf(WebSocketHandshakeException.class);
    return ((WebSocketHandshakeException) failure.getCause()).getResponse();
  }

  @Test
  void the_jdks_client_opens_one_websocket_with_a_ticket() throws Exception {
    String path = "/ws?ticket=" + tickets.issue(new AuthContext(ADA, "Bearer"));

    try (JdkClient client = JdkClient.at(serving.ws(path))) {
      client.hears("hello ada");
    }
    assertThat(refused(path).statusCode()).isEqualTo(401);
  }

  // ---- a client that is as strict about subprotocols as a browser ----

  @Test
  void npms_ws_connects_as_a_page_does() throws Exception {
    try (NodePeers node = NodePeers.start()) {
      NodePeers.Client chat = node.connect(serving.ws("/chat"), "chat.v1", ENTRY);
      assertThat(chat.subprotocol()).isEqualTo("chat.v1");
      chat.hears("text", "hello ada").says("hi").hears("text", "hi");

      NodePeers.Client plain = node.connect(serving.ws("/ws"), "bearer", ENTRY);
      assertThat(plain.subprotocol()).isEqualTo("bearer");
      plain.hears("text", "hello ada");

      String ticket = tickets.issue(new AuthContext(ADA, "Bearer"));
      node.connect(serving.ws("/ws?ticket=" + ticket)).hears("text", "hello ada");

      node.open(serving.ws("/ws?ticket=" + ticket))
          .hears("error", "Unexpected server response: 401");
      node.open(serving.ws("/ws"), ENTRY).hears("error", "Unexpected server response: 400");
      node.open(serving.ws("/admin"), "bearer", ENTRY)
          .hears("error", "Unexpected server response: 403");
      node.open(serving.ws("/ws"), "other", ENTRY)
          .hears("error", "Server sent no subprotocol"); // what a page would see, too
    }
  }
}
