package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.transport.memory.VirtualClock;
import java.net.CookieManager;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client against the house's own server, on real sockets. */
class WsClientTest {
  private static final WsClientConfig CONFIG = WsClientConfig.defaults();
  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static String receive(WsClientConnection connection) {
    var messages = connection.inbound().iterator();
    return messages.hasNext() ? messages.next().text() : "the end";
  }

  @Test
  void a_second_thread_that_receives_is_told_and_the_first_one_goes_on() throws Exception {
    try (Serving server = Serving.at("/echo", ECHO);
        WsClientConnection connection = WsClient.connect(server.ws("/echo"))) {
      List<String> heard = new CopyOnWriteArrayList<>();
      Thread reader =
          Thread.ofVirtual()
              .name("the reader")
              .start(() -> connection.inbound().forEach(message -> heard.add(message.text())));
      await().until(() -> reader.getState() == Thread.State.WAITING);
      assertThatIllegalStateException()
          .isThrownBy(() -> connection.inbound().iterator().hasNext())
          .withMessageContaining("the thread \"the reader\" is receiving already");
      connection.sendText("hello");
      await().until(() -> heard.equals(List.of("hello")));
    }
  }

  @Test
  void messages_go_both_ways_and_a_close_ends_both() throws Exception {
    try (Serving server = Serving.at("/echo", ECHO)) {
      WsClientConnection connection = WsClient.connect(server.ws("/echo"));
      assertThat(connection.isOpen()).isTrue();
      assertThat(connection.state()).isEqualTo(WsClientState.OPEN);
      assertThat(connection.sendText("hello")).isTrue();
      assertThat(receive(connection)).isEqualTo("hello");
      assertThat(connection.sendBinary(new byte[70_000 - 10_000])).isTrue();
      assertThat(connection.inbound().iterator().next().bytes()).hasSize(60_000);

      connection.close();

      assertThat(connection.closed())
          .isEqualTo(new WsClosed(WsCloseCode.NORMAL, "", WsClosed.By.US));
      assertThat(connection.state()).isEqualTo(WsClientState.CLOSED);
      assertThat(connection.unsent().waiting()).isEmpty();
      assertThat(connection.sendText("late")).isFalse();
      assertThat(receive(connection)).isEqualTo("the end");
    }
  }

  @Test
  void what_the_server_says_last_is_received_before_the_end() throws Exception {
    WsHandler talker =
        scope -> {
          for (int i = 0; i < 100; i++) {
            scope.connection().sendText("line " + i);
          }
          scope.connection().close(new WsCloseCode(4001), "that was all");
        };
    try (Serving server = Serving.at("/talk", talker);
        WsClientConnection connection = WsClient.connect(server.ws("/talk"))) {
      List<String> lines = new ArrayList<>();
      connection.inbound().forEach(message -> lines.add(message.text()));

      assertThat(lines).hasSize(100).startsWith("line 0").endsWith("line 99");
      await()
          .untilAsserted(() ->
              assertThat(connection.closed())
                  .isEqualTo(
                      new WsClosed(new WsCloseCode(4001), "that was all", WsClosed.By.PEER)));
    }
  }

  @Test
  void a_subprotocol_is_agreed_on() throws Exception {
    try (Serving server = Serving.at("/", ECHO, WsConfig.defaults().withSubprotocols("b", "a"));
        WsClientConnection connection =
            WsClient.connect(server.ws("/"), CONFIG.withSubprotocols("a", "b"))) {
      assertThat(connection.subprotocol()).isEqualTo("b");
    }
  }

  @Test
  void messages_are_compressed_where_both_wish_it() throws Exception {
    Compression compression = Compression.defaults().withThreshold(10);
    try (Serving server = Serving.at("/", ECHO, WsConfig.defaults().withCompression(compression));
        WsClientConnection connection =
            WsClient.connect(server.ws("/"), CONFIG.withCompression(compression))) {
      assertThat(connection.isCompressed()).isTrue();
      String text = "again and ".repeat(1_000);
      connection.sendText(text);
      assertThat(receive(connection)).isEqualTo(text);
    }
  }

  @Test
  void headers_and_cookies_go_with_the_request() throws Exception {
    WsHandler cookies =
        scope ->
            scope
                .connection()
                .sendText(scope.request().header("Cookie") + " " + scope.request().header("X-A"));
    try (Serving server = Serving.at("/", cookies);
        WsClientConnection connection =
            WsClient.connect(
                server.ws("/"),
                CONFIG.withHeader("X-A", "1").withCookie("a", "b").withCookie("c", "d"))) {
      assertThat(receive(connection)).isEqualTo("a=b; c=d 1");
    }
  }

  @Test
  void a_cookie_store_learns_and_remembers() throws Exception {
    WsClientConfig config = CONFIG.withCookies(new CookieManager());
    try (BadServer server =
        BadServer.answering(
            "HTTP/1.1 101 Ok",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Set-Cookie: session=42; Path=/",
            "Sec-WebSocket-Accept: ACCEPT")) {
      for (int i = 0; i < 2; i++) {
        WsClientConnection connection = WsClient.connect(server.ws("/"), config);
        connection.cutOff();
      }
      assertThat(server.heads().get(0)).doesNotContain("Cookie");
      assertThat(server.heads().get(1)).contains("session");
    }
  }

  @Test
  void a_ping_measures_the_round_trip() throws Exception {
    try (Serving server = Serving.at("/", ECHO);
        WsClientConnection connection = WsClient.connect(server.ws("/"))) {
      assertThat(connection.rtt()).isNull();
      List<WsMessage> pongs = new CopyOnWriteArrayList<>();
      connection.onPong(pongs::add);
      assertThat(connection.ping()).isTrue();

      await().until(() -> connection.rtt() != null);
      assertThat(connection.rtt()).isPositive();
      await().until(() -> pongs.size() == 1);
    }
  }

  @Test
  void the_servers_pings_are_answered_and_told() throws Exception {
    WsHandler pinging =
        scope -> {
          WsConnection connection = scope.connection();
          connection.onPong(pong -> connection.sendText("answered " + new String(pong.bytes())));
          for (WsMessage message : connection.inbound()) {
            connection.ping(message.bytes());
          }
        };
    try (Serving server = Serving.at("/", pinging);
        WsClientConnection connection = WsClient.connect(server.ws("/"))) {
      List<String> pings = new CopyOnWriteArrayList<>();
      connection.onPing(ping -> pings.add(new String(ping.bytes())));
      connection.sendText("are you there?");

      assertThat(connection.inbound().iterator().next().text())
          .isEqualTo("answered are you there?");
      await().until(() -> pings.size() == 1);
      assertThat(pings).containsExactly("are you there?");
    }
  }

  @Test
  void the_scope_ends_with_the_connection() throws Exception {
    try (Serving server = Serving.at("/", ECHO)) {
      WsClientConnection connection = WsClient.connect(server.ws("/"));
      CountDownLatch disposed = new CountDownLatch(1);
      connection.scope().onDispose(disposed::countDown);
      assertThat(connection.scope().isCancelled()).isFalse();

      connection.close();

      assertThat(disposed.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(connection.scope().isCancelled()).isTrue();
    }
  }

  @Test
  void a_listener_hears_of_each_state() throws Exception {
    List<WsClientState> states = new CopyOnWriteArrayList<>();
    WsClientListener listener =
        new WsClientListener() {
          @Override
          public void onState(WsClientState state) {
            states.add(state);
            throw new IllegalStateException("which stops nothing");
          }
        };
    try (Serving server = Serving.at("/", ECHO)) {
      WsClient.connect(server.ws("/"), CONFIG.withListener(listener)).close();
      await()
          .untilAsserted(() ->
              assertThat(states)
                  .containsExactly(
                      WsClientState.CONNECTING, WsClientState.OPEN, WsClientState.CLOSED));
    }
  }

  @Test
  void an_idle_connection_is_closed_after_idleTimeout() throws Exception {
    VirtualClock clock = new VirtualClock();
    try (Serving server = Serving.at("/", ECHO);
        Application application = Application.starting().time(clock).compile();
        WsClient client = WsClient.create(1, application)) {
      WsClientConnection connection =
          client.open(server.ws("/"), CONFIG.withIdleTimeout(Duration.ofMillis(1)));
      await()
          .until(() -> {
            clock.advance(Duration.ofMillis(1));
            return connection.closed() != null;
          });
      assertThat(connection.closed())
          .isEqualTo(
              new WsClosed(
                  WsCloseCode.GOING_AWAY, "no message for idleTimeout (1 ms)", WsClosed.By.US));
    }
  }

  @Test
  void a_client_that_closes_closes_its_connections() throws Exception {
    CountDownLatch ended = new CountDownLatch(2);
    WsHandler counting =
        scope -> {
          scope.connection().inbound().forEach(message -> {});
          if (scope.connection().closed().code().equals(WsCloseCode.GOING_AWAY)) {
            ended.countDown();
          }
        };
    try (Serving server = Serving.at("/", counting)) {
      WsClient client = WsClient.create(1);
      client.open(server.ws("/"), CONFIG);
      client.open(server.ws("/"), CONFIG);
      client.close();

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThatIllegalStateException().isThrownBy(() -> client.open(server.ws("/"), CONFIG));
    }
  }

  @Test
  void two_thousand_connections_share_two_event_loops() throws Exception {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    try (Serving server = Serving.at("/", ECHO);
        WsClient client = WsClient.create(2)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        String text = "connection " + i;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    WsClientConnection connection =
                        client.open(
                            server.ws("/"),
                            CONFIG
                                .withConnectTimeout(Duration.ofSeconds(50))
                                .withHandshakeTimeout(Duration.ofSeconds(50)));
                    connection.sendText(text);
                    if (receive(connection).equals(text)) {
                      ids.add(connection.id());
                    }
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(ids).hasSize(2_000);
      long lanes =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("hermes-client-lane"))
              .filter(Thread::isAlive)
              .count();
      // the two, and those of other tests' clients and of the process
      assertThat(lanes).isLessThanOrEqualTo(12);
    }
  }

  @Test
  void a_uri_that_no_websocket_can_have_is_refused() {
    for (String bad :
        List.of("http://a/", "ws:a", "ws:///x", "ws://a/#b", "ws://me:secret@a/", "a")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WsClient.connect(URI.create(bad)))
          .withMessageContaining("the URI must")
          .withMessageNotContaining("secret");
    }
  }

  @Test
  void settings_are_checked_by_name() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withHeader("sec-websocket-key", "x"))
        .withMessageContaining("sec-websocket-key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withMaxRedirects(21))
        .withMessageContaining("maxRedirects");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withIdleTimeout(Duration.ZERO))
        .withMessageContaining("idleTimeout");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withConnectTimeout(Duration.ZERO))
        .withMessageContaining("connectTimeout");
  }
}
