package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reconnecting, on real sockets and a held clock. */
class ReconnectTest {
  private static final ReconnectPolicy POLICY =
      ReconnectPolicy.defaults().withDelays(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private final VirtualClock clock = new VirtualClock();
  private final List<WsClientState> states = new CopyOnWriteArrayList<>();
  private final List<String> dropped = new CopyOnWriteArrayList<>();
  private Application application;
  private WsClient client;

  @BeforeEach
  void make_a_client() {
    application = Application.starting().time(clock).compile();
    client = WsClient.create(1, application);
  }

  @AfterEach
  void close_it() {
    client.close();
    application.close();
  }

  private WsClientConfig config(ReconnectPolicy policy) {
    return WsClientConfig.defaults()
        .withReconnect(policy)
        .withListener(
            new WsClientListener() {
              @Override
              public void onState(WsClientState state) {
                states.add(state);
              }

              @Override
              public void onDropped(WsMessage message, Drop why) {
                dropped.add(message.text() + " " + why);
              }
            });
  }

  /** Closes every connection but the last of so many, each with a word. */
  private static WsHandler leaving(int times, WsCloseCode code, String reason) {
    AtomicInteger connections = new AtomicInteger();
    return scope -> {
      int number = connections.incrementAndGet();
      scope.connection().sendText("leg " + number);
      if (number <= times) {
        scope.connection().close(code, reason);
      } else {
        scope.connection().inbound().forEach(scope.connection()::send);
      }
    };
  }

  private void letTimePassUntil(WsClientConnection connection, WsClientState state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          clock.advance(Duration.ofSeconds(1));
          return connection.state() == state;
        });
  }

  private static void seesState(WsClientConnection connection, WsClientState state) {
    await().until(() -> connection.state() == state);
  }

  @Test
  void inbound_goes_on_over_a_restart_of_the_server() throws Exception {
    try (Serving server = Serving.at("/", leaving(2, WsCloseCode.SERVICE_RESTART, "restarting"))) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY));
      String id = connection.id();
      CompletableFuture<List<String>> heard = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            List<String> all = new ArrayList<>();
            for (WsMessage message : connection.inbound()) {
              all.add(message.text());
              if (message.text().equals("leg 3")) {
                connection.sendText("bye");
              }
              if (message.text().equals("bye")) {
                connection.close();
              }
            }
            heard.complete(all);
          });
      await()
          .until(() -> {
            clock.advance(Duration.ofMillis(100));
            return heard.isDone();
          });

      assertThat(heard.get()).containsExactly("leg 1", "leg 2", "leg 3", "bye");
      assertThat(connection.id()).isEqualTo(id);
      assertThat(connection.closed().by()).isEqualTo(WsClosed.By.US);
      assertThat(states)
          .containsExactly(
              WsClientState.CONNECTING,
              WsClientState.OPEN,
              WsClientState.RECONNECTING,
              WsClientState.OPEN,
              WsClientState.RECONNECTING,
              WsClientState.OPEN,
              WsClientState.CLOSED);
    }
  }

  @Test
  void a_close_with_1000_is_the_end() throws Exception {
    try (Serving server = Serving.at("/", leaving(1, WsCloseCode.NORMAL, "done"))) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY));
      seesState(connection, WsClientState.CLOSED);

      assertThat(connection.closed())
          .isEqualTo(new WsClosed(WsCloseCode.NORMAL, "done", WsClosed.By.PEER));
      assertThat(states).doesNotContain(WsClientState.RECONNECTING);
    }
  }

  @Test
  void the_servers_hint_is_waited_for() throws Exception {
    ReconnectPolicy atOnce = POLICY.withDelays(Duration.ZERO, Duration.ZERO);
    List<Long> connectedAt = new CopyOnWriteArrayList<>();
    WsHandler busy = leaving(1, WsCloseCode.TRY_AGAIN_LATER, "busy; retry-after=60");
    WsHandler noting =
        scope -> {
          connectedAt.add(clock.nanoTime());
          busy.handle(scope);
        };
    try (Serving server = Serving.at("/", noting)) {
      WsClientConnection connection = client.open(server.ws("/"), config(atOnce));
      seesState(connection, WsClientState.RECONNECTING);
      clock.advance(Duration.ofSeconds(55)); // which changes nothing
      letTimePassUntil(connection, WsClientState.OPEN);

      await().until(() -> connectedAt.size() == 2);
      assertThat(connectedAt.get(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
    }
  }

  @Test
  void what_is_sent_meanwhile_goes_out_first_and_in_order() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    AtomicInteger connections = new AtomicInteger();
    WsHandler handler =
        scope -> {
          if (connections.incrementAndGet() == 1) {
            scope.connection().close(WsCloseCode.SERVICE_RESTART, "");
          } else {
            scope.connection().inbound().forEach(message -> received.add(message.text()));
          }
        };
    try (Serving server = Serving.at("/", handler)) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY));
      seesState(connection, WsClientState.RECONNECTING);
      for (int i = 0; i < 100; i++) {
        assertThat(connection.sendText("message " + i)).isTrue();
      }
      assertThat(connection.ping()).isFalse();
      letTimePassUntil(connection, WsClientState.OPEN);
      connection.sendText("message 100");

      await().until(() -> received.size() == 101);
      for (int i = 0; i <= 100; i++) {
        assertThat(received.get(i)).isEqualTo("message " + i);
      }
      assertThat(dropped).isEmpty();
    }
  }

  /** A server that opens once, closes with 1012, and lets nobody in again. */
  private static BadServer gone(ServerSocket listener) {
    AtomicInteger connections = new AtomicInteger();
    return BadServer.on(
        listener,
        (socket, head) -> {
          if (connections.incrementAndGet() == 1) {
            BadServer.send(socket, BadServer.open(head));
            BadServer.send(socket, new byte[] {(byte) 0x88, 2, 3, (byte) 0xf4});
            socket.shutdownOutput();
            BadServer.drain(socket);
          } else {
            BadServer.send(
                socket,
                "HTTP/1.1 503 Later\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(UTF_8));
          }
        });
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @Test
  void when_the_attempts_are_over_what_waits_is_reported() throws Exception {
    try (BadServer server = gone(listener())) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY.withAttempts(3)));
      seesState(connection, WsClientState.RECONNECTING);
      connection.sendText("a");
      connection.sendText("b");
      letTimePassUntil(connection, WsClientState.CLOSED);

      assertThat(connection.closed().code()).isEqualTo(WsCloseCode.SERVICE_RESTART);
      assertThat(connection.unsent().waiting())
          .extracting(WsMessage::text)
          .containsExactly("a", "b");
      assertThat(server.heads()).hasSize(4);
      assertThat(connection.sendText("c")).isFalse();
      assertThat(connection.inbound()).isEmpty();
    }
  }

  @Test
  void a_full_buffer_refuses_by_default() throws Exception {
    SendBuffer two = SendBuffer.defaults().withRoom(2, 1_000);
    try (BadServer server = gone(listener())) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY.withBuffer(two)));
      seesState(connection, WsClientState.RECONNECTING);

      assertThat(connection.sendText("a")).isTrue();
      assertThat(connection.sendText("b")).isTrue();
      assertThat(connection.sendText("c")).isFalse();
      assertThat(dropped).isEmpty();
    }
  }

  @Test
  void a_full_buffer_drops_the_oldest_if_told_to_and_says_so() throws Exception {
    SendBuffer few =
        SendBuffer.defaults().withRoom(10, 4).withWhenFull(SendBuffer.WhenFull.DROP_OLDEST);
    try (BadServer server = gone(listener())) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY.withBuffer(few)));
      seesState(connection, WsClientState.RECONNECTING);
      for (String text : List.of("aa", "bb", "cccc")) {
        assertThat(connection.sendText(text)).isTrue();
      }

      assertThat(dropped).containsExactly("aa OLDEST", "bb OLDEST");
      connection.close();
      seesState(connection, WsClientState.CLOSED);
      assertThat(connection.unsent().waiting()).extracting(WsMessage::text).containsExactly("cccc");
    }
  }

  @Test
  void a_full_buffer_holds_the_sender_up_if_told_to_until_sendTimeout() throws Exception {
    SendBuffer one =
        SendBuffer.defaults().withRoom(1, 1_000).withWhenFull(SendBuffer.WhenFull.BLOCK);
    ReconnectPolicy patient =
        POLICY.withBuffer(one).withDelays(Duration.ofHours(1), Duration.ofHours(1));
    try (BadServer server = gone(listener())) {
      WsClientConnection connection = client.open(server.ws("/"), config(patient));
      seesState(connection, WsClientState.RECONNECTING);
      assertThat(connection.sendText("a")).isTrue();
      CompletableFuture<Boolean> second = new CompletableFuture<>();
      Thread sender = Thread.ofVirtual().start(() -> second.complete(connection.sendText("b")));
      await().until(() -> sender.getState() == Thread.State.WAITING);
      assertThat(second).isNotDone();
      clock.advance(Duration.ofSeconds(10));

      assertThat(second.get(20, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  void closing_while_it_is_dialled_again_ends_it_at_once() throws Exception {
    try (BadServer server = gone(listener())) {
      WsClientConnection connection = client.open(server.ws("/"), config(POLICY));
      seesState(connection, WsClientState.RECONNECTING);
      assertThat(connection.close(WsCloseCode.GOING_AWAY, "enough")).isTrue();
      seesState(connection, WsClientState.CLOSED);

      assertThat(connection.closed())
          .isEqualTo(new WsClosed(WsCloseCode.GOING_AWAY, "enough", WsClosed.By.US));
      assertThat(connection.close(WsCloseCode.NORMAL, "")).isFalse();
    }
  }

  /** A server that is there again after its socket was broken in the middle of a message. */
  @Test
  void what_was_being_written_is_told_and_what_waited_is_sent() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    CompletableFuture<byte[]> later = new CompletableFuture<>();
    AtomicInteger connections = new AtomicInteger();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, BadServer.open(head));
          if (connections.incrementAndGet() == 1) {
            cut.join();
            socket.setSoLinger(true, 0); // a reset
          } else {
            later.complete(firstMessage(socket));
            BadServer.drain(socket);
          }
        })) {
      WsClientConfig config =
          config(POLICY).withWs(ws -> ws.withOutboundBytes(64 << 20).withSendHighWater(64 << 20));
      WsClientConnection connection = client.open(server.ws("/"), config);
      for (int i = 0; i < 300; i++) { // 30 MB: more than the system's buffers take
        connection.sendText(String.format("%05d", i).repeat(20_000));
      }
      cut.complete(null);
      letTimePassUntil(connection, WsClientState.RECONNECTING);
      letTimePassUntil(connection, WsClientState.OPEN);

      await().until(() -> !dropped.isEmpty());
      assertThat(dropped).allMatch(each -> each.endsWith("IN_DOUBT"));
      String doubted = dropped.getLast().substring(0, 5);
      String firstSentAgain = new String(later.get(30, TimeUnit.SECONDS), UTF_8).substring(0, 5);
      assertThat(Integer.parseInt(firstSentAgain)).isEqualTo(Integer.parseInt(doubted) + 1);
    }
  }

  /** The payload of the first frame, unmasked: 100,000 bytes. */
  private static byte[] firstMessage(Socket socket) throws IOException {
    byte[] header = socket.getInputStream().readNBytes(14);
    byte[] payload = socket.getInputStream().readNBytes(100_000);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= header[10 + (i & 3)];
    }
    return payload;
  }
}
