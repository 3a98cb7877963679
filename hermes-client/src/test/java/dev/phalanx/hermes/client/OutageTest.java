package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client does over one outage after the other, on real sockets and a held clock. */
class OutageTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<IOException> givenUp = new CopyOnWriteArrayList<>();
  private final Collection<String> notSent = new ConcurrentLinkedQueue<>();
  private final AtomicLong unread = new AtomicLong();
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
              public void onDropped(WsMessage message, Drop why) {
                if (why == Drop.NOT_SENT) {
                  notSent.add(message.text());
                }
              }

              @Override
              public void onUnread(long messages) {
                unread.addAndGet(messages);
              }

              @Override
              public void onGivenUp(IOException lastFailure) {
                givenUp.add(lastFailure);
              }
            });
  }

  private static ReconnectPolicy atOnce() {
    return ReconnectPolicy.defaults().withDelays(Duration.ZERO, Duration.ZERO);
  }

  private static BadServer resetting(BadServer.Script before) throws IOException {
    return BadServer.doing((socket, head) -> {
      before.run(socket, head);
      socket.setSoLinger(true, 0);
    });
  }

  private static void seesState(WsClientConnection connection, WsClientState state) {
    await().atMost(Duration.ofSeconds(30)).until(() -> connection.state() == state);
  }

  // ---- attempts ----

  @Test
  void a_server_that_opens_and_drops_at_once_uses_the_attempts_up() throws Exception {
    try (BadServer server =
        resetting((socket, head) -> BadServer.send(socket, BadServer.open(head)))) {
      WsClientConnection connection = client.open(server.ws("/"), config(atOnce()));
      seesState(connection, WsClientState.CLOSED);

      assertThat(server.heads()).hasSize(11);
      assertThat(connection.failure())
          .hasMessageContaining("all 10 attempts")
          .hasMessageContaining("stableAfter (30000 ms)")
          .hasMessageContaining("1006");
      assertThat(givenUp).containsExactly(connection.failure());
    }
  }

  @Test
  void after_a_message_the_attempts_start_again() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    ReconnectPolicy two = atOnce().withAttempts(2);
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          if (connections.incrementAndGet() <= 6) {
            open.says("welcome");
            open.closes(1012);
          }
          open.hearsAll();
        })) {
      WsClientConnection connection = client.open(server.ws("/"), config(two));
      await().until(() -> connections.get() == 7);
      seesState(connection, WsClientState.OPEN);
      connection.close();
    }
  }

  @Test
  void after_stableAfter_the_attempts_start_again() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    Queue<CompletableFuture<Void>> ends = new ConcurrentLinkedQueue<>();
    ReconnectPolicy one = atOnce().withAttempts(1);
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          CompletableFuture<Void> end = new CompletableFuture<>();
          BadServer.send(socket, BadServer.open(head));
          ends.add(end);
          connections.incrementAndGet();
          end.join();
        })) {
      WsClientConnection connection = client.open(server.ws("/"), config(one));
      for (int i = 1; i <= 4; i++) {
        int number = i;
        await()
            .until(() -> connections.get() == number && connection.state() == WsClientState.OPEN);
        clock.advance(Duration.ofSeconds(30));
        ends.remove().complete(null);
      }
      await().until(() -> connections.get() == 5);
      ends.remove().complete(null); // at once
      seesState(connection, WsClientState.CLOSED);
      assertThat(connections).hasValue(5);
    }
  }

  @Test
  void why_it_was_given_up_is_told_with_the_last_failure() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          if (connections.incrementAndGet() == 1) {
            BadServer.send(socket, BadServer.open(head));
          } else {
            BadServer.send(
                socket, "HTTP/1.1 401 Who?\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
          }
        })) {
      WsClientConnection connection = client.open(server.ws("/"), config(atOnce()));
      seesState(connection, WsClientState.CLOSED);

      assertThat(connection.failure())
          .isInstanceOfSatisfying(
              WsHandshakeException.class, e -> assertThat(e.status()).isEqualTo(401));
      assertThat(givenUp).containsExactly(connection.failure());
      assertThat(connections).as("a 401 would come again").hasValue(2);
    }
  }

  @Test
  void one_that_is_closed_was_not_given_up() throws Exception {
    try (Serving server = Serving.at("/", scope -> scope.connection().inbound().forEach(m -> {}))) {
      WsClientConnection connection = client.open(server.ws("/"), config(atOnce()));
      connection.close();

      assertThat(connection.failure()).isNull();
      assertThat(givenUp).isEmpty();
    }
  }

  // ---- a client that only sends ----

  /** Each of 40 servers greets and is lost; nobody reads a greeting. */
  @Test
  void a_client_that_never_reads_is_not_stuck() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          open.says("welcome");
          if (connections.incrementAndGet() == 41) {
            heard.complete(open.hearsText());
            open.hearsAll();
          }
        })) {
      WsClientConnection connection = client.open(server.ws("/"), config(atOnce()));
      await().atMost(Duration.ofSeconds(50)).until(() -> connections.get() == 41);
      seesState(connection, WsClientState.OPEN);
      assertThat(connection.sendText("still here")).isTrue();

      assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("still here");
      List<String> kept = new ArrayList<>();
      connection.close();
      connection.inbound().forEach(message -> kept.add(message.text()));
      assertThat(kept).hasSize(16).containsOnly("welcome");
      assertThat(unread).as("the others are told of").hasValue(41 - 16);
    }
  }

  // ---- what an attempt asks for, and what is said first ----

  @Test
  void each_attempt_may_have_a_fresh_address_token_and_subprotocol() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          if (connections.incrementAndGet() <= 2) {
            open.closes(1012);
          }
          open.hearsAll();
        })) {
      List<Boolean> virtual = new CopyOnWriteArrayList<>();
      WsClientConfig fresh =
          config(atOnce())
              .withHeader("Authorization", "stale")
              .withAttemptCustomizer(attempt -> {
                virtual.add(Thread.currentThread().isVirtual());
                return attempt
                    .withUri(URI.create(attempt.uri() + "?attempt=" + attempt.number()))
                    .withHeader("Authorization", "token " + attempt.number())
                    .withSubprotocols("bearer.t" + attempt.number());
              });
      WsClientConnection connection = client.open(server.ws("/feed"), fresh);
      await().until(() -> connections.get() == 3);

      for (int i = 0; i < 3; i++) {
        assertThat(server.heads().get(i))
            .startsWith("GET /feed?attempt=" + i + " ")
            .contains("Authorization: token " + i, "Sec-WebSocket-Protocol: bearer.t" + i)
            .doesNotContain("stale");
      }
      assertThat(virtual).containsExactly(false, true, true);
      seesState(connection, WsClientState.OPEN);
      connection.close();
    }
  }

  @Test
  void a_customizer_that_fails_uses_an_attempt_up() throws Exception {
    try (BadServer server =
        resetting((socket, head) -> BadServer.send(socket, BadServer.open(head)))) {
      WsClientConfig config =
          config(atOnce().withAttempts(3))
              .withAttemptCustomizer(attempt -> {
                if (attempt.number() > 0) {
                  throw new IllegalStateException("no token to be had");
                }
                return attempt;
              });
      WsClientConnection connection = client.open(server.ws("/"), config);
      seesState(connection, WsClientState.CLOSED);

      assertThat(connection.failure())
          .hasMessageContaining("no token to be had")
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(server.heads()).hasSize(1);
    }
  }

  @Test
  void the_greeting_is_first_on_each_connection_and_never_sent_twice() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    AtomicInteger greetings = new AtomicInteger();
    List<String> heard = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> lost = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          if (connections.incrementAndGet() == 2) {
            lost.complete(null);
            goOn.join(); // before the handshake is answered
          }
          FrameServer open = FrameServer.open(socket, head);
          heard.add(open.hearsText());
          if (connections.get() == 1) {
            open.closes(1012);
          } else {
            heard.add(open.hearsText());
          }
          open.hearsAll();
        })) {
      WsClientConnection connection =
          client.open(
              server.ws("/"),
              config(atOnce())
                  .withGreeting(
                      () -> List.of(WsMessage.text("it is I, " + greetings.incrementAndGet()))));
      lost.get(20, TimeUnit.SECONDS);
      assertThat(connection.sendText("meanwhile")).isTrue();
      goOn.complete(null);

      await().until(() -> heard.size() == 3);
      assertThat(heard).containsExactly("it is I, 1", "it is I, 2", "meanwhile");
      seesState(connection, WsClientState.OPEN);
      connection.close();
      assertThat(connection.unsent().isEmpty()).isTrue();
    }
  }

  @Test
  void without_replay_what_was_not_sent_is_told() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CompletableFuture<Void> cut = new CompletableFuture<>();
    CompletableFuture<String> first = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          if (connections.incrementAndGet() == 1) {
            cut.join();
            open.willReset();
          } else {
            first.complete(open.hearsText());
            open.hearsAll();
          }
        })) {
      WsClientConnection connection =
          client.open(
              server.ws("/"),
              config(atOnce().withReplay(false))
                  .withWs(ws -> ws.withOutboundBytes(64 << 20).withSendHighWater(64 << 20)));
      for (int i = 0; i < 300; i++) { // 30 MB: more than the system's buffers take
        connection.sendText(String.format("%05d", i).repeat(20_000));
      }
      cut.complete(null);
      await().until(() -> connections.get() == 2);
      seesState(connection, WsClientState.OPEN);
      connection.sendText("new");

      assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("new");
      assertThat(notSent).isNotEmpty();
      assertThat(notSent.stream().toList().getLast()).startsWith("00299");
      connection.close();
    }
  }

  /** A message that was on its way into the new connection then is not lost. */
  @Test
  void closing_while_what_waited_is_sent_again_keeps_the_account() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CompletableFuture<Void> end = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          if (connections.incrementAndGet() == 1) {
            open.closes(1012);
            open.hearsAll();
          } else {
            end.join(); // without reading a byte
          }
        })) {
      SendBuffer large = SendBuffer.defaults().withRoom(1_000, 100 << 20);
      ReconnectPolicy late =
          ReconnectPolicy.defaults().withDelays(Duration.ofDays(1), Duration.ofDays(1));
      WsClientConnection connection = client.open(server.ws("/"), config(late.withBuffer(large)));
      seesState(connection, WsClientState.RECONNECTING);
      for (int i = 0; i < 300; i++) {
        assertThat(connection.sendText(String.format("%05d", i).repeat(20_000))).isTrue();
      }
      clock.advance(Duration.ofDays(1));
      await().until(() -> connections.get() == 2);
      connection.close(WsCloseCode.NORMAL, "enough");
      end.complete(null);
      seesState(connection, WsClientState.CLOSED);

      assertThat(connection.closed().by()).isIn(WsClosed.By.US, WsClosed.By.NOBODY);
      assertThat(
              connection.unsent().waiting().size()
                  + connection.unsent().inDoubt().size()
                  + connection.unsent().forgotten())
          .isEqualTo(300);
    }
  }
}
