package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.Identity;
import dev.phalanx.http.Json;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/auth.md shows, done. */
class AuthDocTest {
  private static final Path DOC = Path.of("").toAbsolutePath().getParent().resolve("docs/auth.md");

  private static Readme doc;
  private static ReadmeCode code;

  private Application app;
  private RunningServer server;

  @BeforeAll
  static void readAndCompile(@TempDir Path output) throws IOException {
    doc = Readme.read(DOC);
    code = ReadmeCode.compile(doc, output);
  }

  @AfterEach
  void close() {
    server.close();
    app.close();
  }

  /** Runs a block, and serves what it made. */
  private void serve(ReadmeSnippet snippet) throws Exception {
    snippet.run();
    app = snippet.app;
    server =
        Runner.from(app).withRoutes(snippet.http).withWebsockets(snippet.ws).start("127.0.0.1", 0);
  }

  /** Logs somebody in, by the document's own class. */
  private String logIn(Identity who) throws ReflectiveOperationException {
    Class<?> logins = code.type("Logins");
    Method logIn = logins.getDeclaredMethod("logIn", Identity.class);
    logIn.setAccessible(true);
    return (String) logIn.invoke(app.service(logins), who);
  }

  private Reply ask(String request) throws IOException {
    try (Peer peer = Peer.of(server)) {
      return peer.says(request).hearsReply();
    }
  }

  private static String get(String path, String authorization) {
    return "GET " + path + " HTTP/1.1\nHost: localhost\n" + authorization + "\n";
  }

  private static String handshake(String path, String header) {
    return Peer.handshake(path).replace("Upgrade: websocket\n", "Upgrade: websocket\n" + header);
  }

  @Test
  void a_route_and_a_group_are_protected() throws Exception {
    serve(code.snippet(doc.block("A route, a group", 0)));
    String ada = "Authorization: Bearer " + logIn(Identity.of("1").withName("Ada")) + "\n";
    String root =
        "Authorization: Bearer " + logIn(Identity.of("0").withRoles("admin", "owner")) + "\n";

    assertThat(ask(get("/health", "")).text()).isEqualTo("well");
    assertThat(ask(get("/api/me", ada)).text()).isEqualTo("Ada");
    assertThat(ask(get("/api/me", "")).header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"hermes\"");
    assertThat(ask(get("/api/me", "Authorization: Bearer x\n")).header("WWW-Authenticate"))
        .contains("error=\"invalid_token\"");
    assertThat(ask(get("/api/me", "Authorization: Bearer x y\n")).status()).isEqualTo(400);
    assertThat(ask(get("/api/nowhere", "")).status()).isEqualTo(401);
    assertThat(ask(handshake("/ws/chat", "")).status()).isEqualTo(401);
    assertThat(ask(handshake("/ws/admin", ada)).status()).isEqualTo(403);
    assertThat(ask(handshake("/ws/admin", root)).status()).isEqualTo(101);

    try (Peer peer = Peer.of(server)) {
      assertThat(peer.says(handshake("/ws/chat", ada)).hearsReply().status()).isEqualTo(101);
      peer.hears(Frame.text("hello Ada"))
          .says(Frame.text("hi"))
          .hears(Frame.text("received: hi"))
          .says(Frame.text("/close the room"))
          .hearsClose(1008);
    }
  }

  @Test
  void a_page_gets_a_ticket_and_opens_a_websocket_with_it() throws Exception {
    ReadmeSnippet first = code.snippet(doc.block("A route, a group", 0));
    first.run();
    ReadmeSnippet snippet = code.snippet(doc.block("Browsers: a ticket", 0));
    snippet.app = first.app;
    serve(snippet);
    String token = logIn(Identity.of("1").withName("Ada"));
    String post = "POST /api/ticket HTTP/1.1\nHost: localhost\nContent-Length: 0\n";

    assertThat(ask(post + "\n").status()).isEqualTo(401);
    Reply desk = ask(post + "Authorization: Bearer " + token + "\n\n");
    assertThat(desk.header("Cache-Control")).isEqualTo("no-store");
    String path = "/ws/chat?ticket=" + Json.read(desk.body(), Map.class).get("ticket");

    try (Peer peer = Peer.of(server)) {
      peer.opens(path).hears(Frame.text("hello Ada"));
    }
    assertThat(ask(Peer.handshake(path)).status()).isEqualTo(401);
    assertThat(ask(Peer.handshake("/ws/chat?token=" + token)).status()).isEqualTo(401);
  }

  @Test
  void a_page_offers_its_token_as_a_subprotocol() throws Exception {
    serve(code.snippet(doc.block("A route, a group", 0)));
    String entry =
        "bearer."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(logIn(Identity.of("1")).getBytes(StandardCharsets.US_ASCII));

    Reply both = ask(handshake("/ws/chat", "Sec-WebSocket-Protocol: bearer, " + entry + "\n"));
    assertThat(both.status()).isEqualTo(101);
    assertThat(both.header("Sec-WebSocket-Protocol")).isEqualTo("bearer");
    assertThat(ask(handshake("/ws/chat", "Sec-WebSocket-Protocol: " + entry + "\n")).status())
        .isEqualTo(400);
  }
}
