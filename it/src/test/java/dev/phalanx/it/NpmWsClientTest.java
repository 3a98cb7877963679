package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server talks to npm's {@code ws}, in a process of Node.js. */
class NpmWsClientTest {
  private static NodePeers node;

  /** How the connections of the mirror ended. */
  private final BlockingQueue<WsClosed> endings = new LinkedBlockingQueue<>();

  private Serving serving;

  @BeforeAll
  static void startNode() throws IOException, InterruptedException {
    node = NodePeers.start();
  }

  @AfterAll
  static void stopNode() throws IOException {
    if (node != null) {
      node.close();
    }
  }

  @BeforeEach
  void serve() throws IOException {
    WsHandler echo =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            scope.connection().sendText("echo: " + message.text());
          }
        };
    WsHandler mirror =
        scope -> {
          WsConnection conn = scope.connection();
          scope.service(WsGateway.class).register(conn);
          conn.inbound().forEach(conn::send);
          endings.add(conn.closed());
        };
    WsConfig large = WsConfig.defaults().withMaxMessageSize(4 << 20).withInboundBytes(4 << 20);
    WsConfig speaking = WsConfig.defaults().withSubprotocols("chat.v2", "chat.v1");
    serving =
        Serving.websockets(ws ->
            ws.route("/echo", echo)
                .route("/mirror", mirror, large)
                .route("/chat", mirror, speaking));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  private NodePeers.Client connect(String path, String... subprotocols)
      throws IOException, InterruptedException {
    return node.connect(serving.ws(path), subprotocols);
  }

  @Test
  void the_echo_answers_each_text() throws Exception {
    connect("/echo")
        .says("hello")
        .hears("text", "echo: hello")
        .says("größer 😀")
        .hears("text", "echo: größer 😀")
        .says("")
        .hears("text", "echo: ");
  }

  @Test
  void a_text_in_parts_is_one_message() throws Exception {
    connect("/echo")
        .saysInParts("one ", "", "text, ", "in parts")
        .hears("text", "echo: one text, in parts");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 1 << 20, (1 << 20) + 1})
  void the_mirror_gives_back_binary_of_any_size(int size) throws Exception {
    byte[] message = new byte[size];
    new Random(size).nextBytes(message);

    connect("/mirror").says(message).hears(message).says("and text").hears("text", "and text");
  }

  @Test
  void a_ping_is_answered_with_its_payload() throws Exception {
    connect("/echo").pings("there?").hears("pong", "there?").pings("").hears("pong", "");
  }

  @Test
  void the_server_pings_and_hears_the_pong() throws Exception {
    CompletableFuture<String> pong = new CompletableFuture<>();
    WsHandler pinging =
        scope -> {
          scope.connection().onPong(p -> pong.complete(new String(p.bytes(), UTF_8)));
          scope.connection().ping("there?".getBytes(UTF_8));
          scope.connection().inbound().forEach(message -> {});
        };

    try (Serving own = Serving.websockets(ws -> ws.route("/", pinging))) {
      node.connect(own.ws("/")).hears("ping", "there?");

      assertThat(pong.get(20, SECONDS)).isEqualTo("there?");
    }
  }

  @Test
  void messages_arrive_in_the_order_in_which_they_were_sent() throws Exception {
    NodePeers.Client alice = connect("/mirror");

    for (int i = 0; i < 2_000; i++) {
      alice.says("message " + i);
    }

    for (int i = 0; i < 2_000; i++) {
      alice.hears("text", "message " + i);
    }
  }

  @Test
  void a_hundred_clients_are_served_side_by_side() throws Exception {
    List<NodePeers.Client> crowd = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      crowd.add(node.open(serving.ws("/mirror")));
    }
    for (NodePeers.Client one : crowd) {
      one.hears("open", "");
    }
    for (int i = 0; i < crowd.size(); i++) {
      crowd.get(i).says("I am " + i).says("and I stay " + i);
    }

    for (int i = 0; i < crowd.size(); i++) {
      crowd.get(i).hears("text", "I am " + i).hears("text", "and I stay " + i);
    }
    assertThat(serving.gateway().count()).isEqualTo(100);
    serving.gateway().broadcast(WsMessage.text("to all"));
    for (NodePeers.Client one : crowd) {
      one.hears("text", "to all");
      one.closes(1000, "");
    }
    for (NodePeers.Client one : crowd) {
      one.hearsClose(1000, "");
    }
    await().until(() -> serving.gateway().count() == 0);
  }

  @Test
  void the_client_closes_with_a_code_and_a_reason() throws Exception {
    connect("/mirror").says("last words").closes(4321, "größer").hears("text", "last words");

    assertThat(endings.poll(20, SECONDS))
        .isEqualTo(new WsClosed(new WsCloseCode(4321), "größer", WsClosed.By.PEER));
  }

  @Test
  void the_close_of_the_client_is_answered_with_its_code() throws Exception {
    connect("/mirror").closes(4321, "enough").hearsClose(4321, "enough");
  }

  @Test
  void the_server_closes_with_a_code_and_a_reason() throws Exception {
    WsHandler closing = scope -> scope.connection().close(new WsCloseCode(4001), "go home");

    try (Serving own = Serving.websockets(ws -> ws.route("/", closing))) {
      node.connect(own.ws("/")).hearsClose(4001, "go home");
    }
  }

  @Test
  void a_message_that_is_too_big_closes_with_1009() throws Exception {
    connect("/echo")
        .says("x".repeat(65_537))
        .hearsClose(1009, "message larger than maxMessageSize (65536 bytes)");
  }

  @Test
  void the_server_goes_down_and_says_so_with_1001() throws Exception {
    NodePeers.Client alice = connect("/mirror");

    serving.close();

    alice.hearsClose(1001, "the server is going down");
  }

  @Test
  void a_client_that_is_cut_off_is_lost_with_1006_and_forgotten() throws Exception {
    NodePeers.Client alice = connect("/mirror").says("hi").hears("text", "hi");
    assertThat(serving.gateway().count()).isEqualTo(1);

    alice.terminates();

    WsClosed ending = endings.poll(20, SECONDS);
    assertThat(ending).isNotNull();
    assertThat(ending.code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE);
    assertThat(ending.by()).isEqualTo(WsClosed.By.NOBODY);
    await().until(() -> serving.gateway().count() == 0);
  }

  @Test
  void of_the_subprotocols_both_speak_the_one_that_the_server_prefers_is_agreed_on()
      throws Exception {
    assertThat(connect("/chat", "chat.v1", "chat.v2").subprotocol()).isEqualTo("chat.v2");
    assertThat(connect("/chat", "other", "chat.v1").subprotocol()).isEqualTo("chat.v1");
    assertThat(connect("/chat").subprotocol()).isEmpty();
  }

  @Test
  void a_path_that_is_not_there_is_refused_with_404() throws Exception {
    node.open(serving.ws("/nowhere")).hears("error", "Unexpected server response: 404");
  }
}
