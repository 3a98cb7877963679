package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo, and small servers, talk to the JDK's own client. */
class JdkClientTest {
  private RunningServer demo;

  @BeforeEach
  void serve() throws IOException {
    demo = Demo.start("127.0.0.1", 0);
  }

  @AfterEach
  void close() {
    demo.close();
  }

  private JdkClient open(String path) {
    return JdkClient.at(URI.create("ws://127.0.0.1:" + demo.port() + path));
  }

  // ---- echo and mirror ----

  @Test
  void the_echo_answers_each_text_in_turn() throws Exception {
    try (JdkClient alice = open("/ws/echo")) {
      alice.says("hello").says("").says("größer 😀");

      alice.hears("echo: hello").hears("echo: ").hears("echo: größer 😀");
    }
  }

  @Test
  void a_text_in_parts_is_one_message() throws Exception {
    try (JdkClient alice = open("/ws/echo")) {
      alice.saysInParts("one ", "", "text, ", "in parts");

      alice.hears("echo: one text, in parts");
    }
  }

  @Test
  void the_echo_speaks_text_only_and_closes_with_1003_at_binary() throws Exception {
    try (JdkClient alice = open("/ws/echo")) {
      alice.says("first").says(new byte[] {1, 2, 3});

      alice.hears("echo: first").hearsClose(1003, "text expected, not binary");
    }
  }

  @Test
  void the_mirror_gives_text_as_text_and_binary_as_binary() throws Exception {
    try (JdkClient alice = open("/ws/mirror")) {
      alice.says("text").says(new byte[] {0, -1, 127}).says(new byte[0]).says("");

      alice.hears("text").hears(new byte[] {0, -1, 127}).hears(new byte[0]).hears("");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {125, 126, 65_535, 65_536, 1 << 20, (1 << 20) + 1, 5_000_000})
  void the_mirror_gives_back_binary_of_any_size(int size) throws Exception {
    byte[] message = new byte[size];
    new Random(size).nextBytes(message);

    try (JdkClient alice = open("/ws/mirror")) {
      alice.says(message).hears(message);
      alice.saysInParts(message, message).says("and on");

      byte[] twice = new byte[2 * size];
      System.arraycopy(message, 0, twice, 0, size);
      System.arraycopy(message, 0, twice, size, size);
      alice.hears(twice).hears("and on");
    }
  }

  @Test
  void a_message_that_is_too_big_closes_with_1009_and_names_the_setting() throws Exception {
    try (JdkClient alice = open("/ws/echo")) {
      String longest = "x".repeat(64 << 10);
      alice.says(longest).hears("echo: " + longest);

      alice
          .says(longest + "x")
          .hearsClose(1009, "message larger than maxMessageSize (65536 bytes)");
    }
  }

  // ---- rooms, relays, feeds ----

  /** Goes into a room, and waits until it counts one more. */
  private JdkClient enter(String room, int people) {
    JdkClient client = open("/ws/rooms/" + room);
    await().untilAsserted(() -> assertThat(get("/api/rooms/" + room)).contains(":" + people + "}"));
    return client;
  }

  private String get(String path) throws IOException {
    try (Peer peer = Peer.of(demo)) {
      return peer.gets(path).hearsReply().text();
    }
  }

  @Test
  void a_room_hears_who_joins_what_they_say_and_who_leaves() throws Exception {
    try (JdkClient alice = enter("lobby", 1);
        JdkClient bob = enter("lobby", 2)) {
      String joined = alice.hearsText();
      assertThat(joined).contains("\"type\":\"join\"");
      String id = joined.replaceAll(".*\"id\":\"([0-9a-f]+)\".*", "$1");
      assertThat(id).hasSize(32);

      alice.says("hi, who is here?");
      bob.hears("hi, who is here?").says("bob is");
      alice.hears("bob is"); // and not what she said herself

      bob.closes(1000, "").hearsClose(1000);
      assertThat(alice.hearsText()).contains("\"type\":\"leave\"", id);
    }
  }

  @Test
  void who_is_cut_off_has_left_the_room() throws Exception {
    try (JdkClient alice = enter("lobby", 1);
        JdkClient bob = enter("lobby", 2)) {
      assertThat(alice.hearsText()).contains("join");

      bob.breaksOff();

      assertThat(alice.hearsText()).contains("leave");
      assertThat(get("/api/rooms/lobby")).contains("\"people\":1");
    }
  }

  @Test
  void rooms_do_not_hear_each_other() throws Exception {
    try (Peer peer = Peer.of(demo)) {
      peer.says("POST /api/rooms HTTP/1.1\nHost: h\nContent-Length: 17\n\n{\"name\":\"coffee\"}");
      assertThat(peer.hearsReply().status()).isEqualTo(201);
    }
    try (JdkClient alice = enter("lobby", 1);
        JdkClient bob = enter("lobby", 2)) {
      assertThat(alice.hearsText()).contains("join");
      try (JdkClient carol = enter("coffee", 1);
          JdkClient dave = enter("coffee", 2)) {
        assertThat(carol.hearsText()).contains("join");
        dave.says("coffee?");
        carol.hears("coffee?").says("coffee!");
        dave.hears("coffee!");
      }

      bob.says("tea!");
      alice.hears("tea!");
    }
  }

  @Test
  void a_relay_passes_texts_and_binaries_on_to_all_but_the_sender() throws Exception {
    try (JdkClient alice = open("/ws/relay/r");
        JdkClient bob = open("/ws/relay/r");
        JdkClient carol = open("/ws/relay/r")) {
      speakUntilHeard(alice, bob);
      speakUntilHeard(bob, carol);
      alice.says("alice is ready");
      bob.says("bob is ready");
      hearsAtLast(alice, "bob is ready");
      hearsAtLast(bob, "alice is ready");
      hearsAtLast(carol, "alice is ready", "bob is ready");

      alice.says("one").says(new byte[] {2}).says("three");

      bob.hears("one").hears(new byte[] {2}).hears("three").says("four");
      carol.hears("one").hears(new byte[] {2}).hears("three").hears("four");
      alice.hears("four");
    }
  }

  /** A relay doesn't announce who has joined. */
  private static void speakUntilHeard(JdkClient speaker, JdkClient listener) {
    await()
        .until(() -> {
          speaker.says("anyone?");
          return listener.hasHeardAnything();
        });
  }

  private static void hearsAtLast(JdkClient listener, String... texts) throws InterruptedException {
    Set<String> awaited = new HashSet<>(Set.of(texts));
    while (!awaited.isEmpty()) {
      awaited.remove(listener.hearsText());
    }
  }

  @Test
  void a_feed_knows_its_user_by_number() throws Exception {
    try (JdkClient alice = open("/ws/users/42/feed");
        JdkClient bob = open("/ws/users/42/feed")) {
      alice.hears("{\"type\":\"feed\",\"user\":42}");
      bob.hears("{\"type\":\"feed\",\"user\":42}");

      alice.says("news");

      alice.hears("{\"type\":\"post\",\"user\":42,\"text\":\"news\"}");
      bob.hears("{\"type\":\"post\",\"user\":42,\"text\":\"news\"}");
    }
  }

  @Test
  void a_feed_of_no_number_is_a_404_before_any_upgrade() {
    Throwable refusal = catchThrowable(() -> open("/ws/users/abc/feed"));

    assertThat(refusal).isInstanceOf(CompletionException.class);
    assertThat(refusal.getCause())
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
  }

  @Test
  void notifications_come_without_being_asked_for() throws Exception {
    try (JdkClient alice = open("/ws/notifications")) {
      assertThat(alice.hearsText()).contains("\"type\":\"notification\"", "\"number\":1");
      assertThat(alice.hearsText()).contains("\"type\":\"notification\"", "\"number\":2");
    }
  }

  // ---- control frames, closing ----

  @Test
  void a_ping_is_answered_with_its_payload() throws Exception {
    try (JdkClient alice = open("/ws/echo")) {
      alice.pings("are you there?").hearsPong("are you there?");
      alice.pings("").hearsPong("");
    }
  }

  @Test
  void the_server_pings_and_hears_the_pong() throws Exception {
    CompletableFuture<String> pong = new CompletableFuture<>();
    WsHandler pinging =
        scope -> {
          scope.connection().onPong(p -> pong.complete(new String(p.bytes(), UTF_8)));
          scope.connection().ping("still there?".getBytes(UTF_8));
          scope.connection().inbound().forEach(message -> {});
        };

    try (Serving serving = Serving.websockets(ws -> ws.route("/ping", pinging));
        JdkClient alice = JdkClient.at(serving.ws("/ping"))) {
      assertThat(pong.get(20, SECONDS)).isEqualTo("still there?");
      assertThat(alice).isNotNull();
    }
  }

  @Test
  void the_client_closes_with_a_code_and_a_reason_and_both_sides_know() throws Exception {
    CompletableFuture<WsClosed> seen = new CompletableFuture<>();
    WsHandler listening =
        scope -> {
          scope.connection().inbound().forEach(message -> scope.connection().send(message));
          seen.complete(scope.connection().closed());
        };

    try (Serving serving = Serving.websockets(ws -> ws.route("/listen", listening));
        JdkClient alice = JdkClient.at(serving.ws("/listen"))) {
      alice.says("last question").closes(3001, "enough");

      alice.hears("last question").hearsClose(3001);
      assertThat(seen.get(20, SECONDS))
          .isEqualTo(new WsClosed(new WsCloseCode(3001), "enough", WsClosed.By.PEER));
    }
  }

  @Test
  void the_server_closes_with_a_code_and_a_reason() throws Exception {
    WsHandler closing =
        scope -> {
          scope.connection().sendText("that was all");
          scope.connection().close(new WsCloseCode(4001), "go home");
        };

    try (Serving serving = Serving.websockets(ws -> ws.route("/close", closing));
        JdkClient alice = JdkClient.at(serving.ws("/close"))) {
      alice.hears("that was all").hearsClose(4001, "go home");
    }
  }

  @Test
  void a_handler_that_returns_closes_with_1000_one_that_throws_with_1011() throws Exception {
    WsHandler returns = scope -> scope.connection().sendText("bye");
    WsHandler fails =
        scope -> {
          throw new IllegalStateException("a secret of the server");
        };

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving =
            Serving.websockets(ws -> ws.route("/returns", returns).route("/fails", fails));
        JdkClient alice = JdkClient.at(serving.ws("/returns"));
        JdkClient bob = JdkClient.at(serving.ws("/fails"))) {
      alice.hears("bye").hearsClose(1000, "");
      bob.hearsClose(1011, "the server failed");
      assertThat(log.lines()).singleElement().asString().contains("WS /fails", "failed");
    }
  }

  @Test
  void the_server_goes_down_and_says_so_with_1001() throws Exception {
    try (JdkClient alice = open("/ws/echo");
        JdkClient bob = open("/ws/rooms/tea")) {
      alice.says("hello").hears("echo: hello");

      demo.close();

      alice.hearsClose(1001, "the server is going down");
      bob.hearsClose(1001, "the server is going down");
    }
  }

  // ---- subprotocols ----

  @Test
  void of_the_subprotocols_both_speak_the_one_that_the_server_prefers_is_agreed_on()
      throws Exception {
    WsHandler tells = scope -> scope.connection().sendText("" + scope.connection().subprotocol());
    WsConfig config = WsConfig.defaults().withSubprotocols("chat.v2", "chat.v1");

    try (Serving serving = Serving.websockets(ws -> ws.route("/chat", tells, config));
        JdkClient alice = JdkClient.at(serving.ws("/chat"), "chat.v1", "other", "chat.v2");
        JdkClient bob = JdkClient.at(serving.ws("/chat"), "CHAT.V1", "other");
        JdkClient carol = JdkClient.at(serving.ws("/chat"))) {
      assertThat(alice.subprotocol()).isEqualTo("chat.v2");
      alice.hears("chat.v2");
      assertThat(bob.subprotocol()).isEmpty();
      bob.hears("null");
      assertThat(carol.subprotocol()).isEmpty();
      carol.hears("null");
    }
  }
}
