package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.http.Middleware;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that leave without a word, never read, flood, or dawdle. */
class BadPeersTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final HttpServerConfig HASTY =
      HttpServerConfig.defaults().withRequestTimeout(SHORT);

  private static final HttpServerConfig ONE_LANE = HttpServerConfig.defaults().withEventLoops(1);

  /** How the connections of {@link #mirror} ended. */
  private final BlockingQueue<WsClosed> endings = new LinkedBlockingQueue<>();

  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    serving = Serving.websockets(ws -> ws.route("/mirror", this::mirror));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  /** Gives back what it hears, is known to the gateway, and tells the test how it ended. */
  private void mirror(WsScope scope) {
    WsConnection conn = scope.connection();
    scope.service(WsGateway.class).subscribe(conn, "all");
    for (WsMessage message : conn.inbound()) {
      conn.send(message);
    }
    endings.add(conn.closed());
  }

  private WsClosed ending() throws InterruptedException {
    WsClosed ending = endings.poll(20, SECONDS);
    assertThat(ending).as("how the connection ended").isNotNull();
    return ending;
  }

  private Peer open(String path) throws IOException {
    return serving.peer().opens(path);
  }

  private void awaitNobodyLeft() {
    await().until(() -> serving.gateway().count() == 0 && serving.gateway().topicCount() == 0);
  }

  // ---- lost connections ----

  @Test
  void half_a_connection_is_none() throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));

      peer.endsItsSide();

      peer.hearsEnd();
      assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
    }
    awaitNobodyLeft();
  }

  @Test
  void who_ends_its_side_before_the_handshake_is_answered_is_not_kept() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    Middleware slow =
        (scope, next) -> {
          seen.await();
          return next.handle(scope);
        };
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/slow", this::mirror, WsConfig.defaults().withMiddleware(slow))
            .route("/mirror", this::mirror)
            .build();

    try (Serving own = Serving.of(runner -> runner.withConfig(ONE_LANE).withWebsockets(ws));
        Peer peer = own.peer()) {
      peer.says(Peer.handshake("/slow")).endsItsSide();
      try (Peer other = own.peer()) {
        other.gets("/elsewhere").hearsReply(); // by now the one lane there is has seen it
      }
      seen.countDown();

      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.hearsEnd();
      assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
      await().until(() -> own.gateway().count() == 0);
    }
  }

  @Test
  void a_reset_frees_the_connection() throws Exception {
    Peer peer = open("/mirror").says(Frame.text("hi")).hears(Frame.text("hi"));
    assertThat(serving.gateway().count()).isEqualTo(1);

    peer.resets();

    assertThat(ending())
        .satisfies(end -> assertThat(end.by()).isEqualTo(WsClosed.By.NOBODY))
        .satisfies(end -> assertThat(end.code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE));
    awaitNobodyLeft();
  }

  @Test
  void a_reset_in_the_midst_of_a_frame_frees_the_connection() throws Exception {
    Peer peer = open("/mirror").says(Frame.text("hi")).hears(Frame.text("hi"));

    peer.says(Frame.binary(new byte[10]).announcing(60_000)).resets();

    assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
    awaitNobodyLeft();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_a_peer_said_before_it_left_is_heard_however_slow_the_handler(boolean withClose)
      throws Exception {
    Semaphore permits = new Semaphore(0);
    CompletableFuture<Integer> count = new CompletableFuture<>();
    WsHandler slow =
        scope -> {
          int heard = 0;
          for (WsMessage message : scope.connection().inbound()) {
            assertThat(message.bytes()).hasSize(1_000);
            permits.acquire();
            heard++;
          }
          endings.add(scope.connection().closed());
          count.complete(heard);
        };

    try (Serving own =
            Serving.of(runner ->
                runner
                    .withConfig(ONE_LANE)
                    .withWebsockets(WsRouteGroup.builder().route("/", slow).build()));
        Peer peer = own.peer().opens("/")) {
      Frame[] many = new Frame[200]; // more than the inbound queue takes
      Arrays.fill(many, Frame.binary(new byte[1_000]));
      peer.says(many);
      if (withClose) {
        peer.says(Frame.close(1000, "that was it"));
      }
      peer.endsItsSide();
      try (Peer other = own.peer()) {
        other.gets("/elsewhere").hearsReply(); // by now the one lane there is has seen it
      }
      permits.release(many.length);

      assertThat(count.get(20, SECONDS)).isEqualTo(many.length);
      assertThat(ending().by()).isEqualTo(withClose ? WsClosed.By.PEER : WsClosed.By.NOBODY);
      if (withClose) {
        peer.hearsClose(1000);
      }
      peer.hearsEnd();
    }
  }

  // ---- slow and hostile readers ----

  @Test
  void a_sender_whose_peer_never_reads_is_held_up_then_the_connection_is_closed() throws Exception {
    CompletableFuture<WsClosed> ending = new CompletableFuture<>();
    WsHandler pouring =
        scope -> {
          WsConnection conn = scope.connection();
          scope.service(WsGateway.class).register(conn);
          while (conn.sendBinary(new byte[10_000])) {
            // until it is closed
          }
          ending.complete(conn.closed());
        };
    WsConfig hasty = WsConfig.defaults().withSendTimeout(SHORT).withCloseTimeout(SHORT);

    try (Serving own = Serving.websockets(ws -> ws.route("/", pouring, hasty));
        Peer peer = Peer.withLittleRoom(own.server()).opens("/")) {
      WsClosed closed = ending.get(20, SECONDS);

      assertThat(closed.by()).isEqualTo(WsClosed.By.US);
      assertThat(closed.code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
      assertThat(closed.reason()).contains("sendTimeout (300 ms)");
      await().until(() -> own.gateway().count() == 0);
      peer.losesConnection();
    }
  }

  @Test
  void a_subscriber_that_never_reads_is_closed_and_the_others_hear_everything() throws Exception {
    WsConfig small =
        WsConfig.defaults()
            .withSendHighWater(1 << 10)
            .withOutboundBytes(64 << 10)
            .withCloseTimeout(SHORT);
    WsHandler subscribing =
        scope -> {
          scope.service(WsGateway.class).subscribe(scope.connection(), "news");
          scope.connection().inbound().forEach(message -> {});
        };

    try (Serving own = Serving.websockets(ws -> ws.route("/", subscribing, small));
        Peer deaf = Peer.withLittleRoom(own.server()).opens("/");
        Peer good = own.peer().opens("/")) {
      await().until(() -> own.gateway().count("news") == 2);
      byte[] news = new byte[8_000];

      while (own.gateway().overflows() == 0) {
        own.gateway().publish("news", WsMessage.binary(news));
        good.hears(Frame.binary(news));
      }

      assertThat(own.gateway().overflows()).isEqualTo(1);
      await().until(() -> own.gateway().count() == 1);
      deaf.losesConnection();
      own.gateway().publish("news", WsMessage.text("on we go"));
      good.hears(Frame.text("on we go"));
    }
  }

  @Test
  void a_flood_of_pings_is_survived_and_the_last_one_is_answered() throws Exception {
    try (Peer peer = open("/mirror")) {
      byte[] burst = burstOf(Frame.ping("x".repeat(125)), 1_000);
      Thread flood =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 20; i++) {
                peer.says(burst);
              }
              peer.says(Frame.ping("the last"), Frame.text("done"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });

      Frame heard = peer.hearsFrame();
      while (heard.equals(Frame.pong("x".repeat(125)))) {
        heard = peer.hearsFrame();
      }
      assertThat(heard).isEqualTo(Frame.pong("the last"));
      peer.hears(Frame.text("done"));
      flood.join();
    }
  }

  private static byte[] burstOf(Frame frame, int times) {
    byte[] one = frame.masked();
    byte[] all = new byte[one.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return all;
  }

  @Test
  void a_peer_that_floods_a_slow_handler_is_held_up_and_nothing_is_lost() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Integer> sizes = new ArrayList<>();
    CompletableFuture<Integer> total = new CompletableFuture<>();
    WsHandler late =
        scope -> {
          start.await();
          scope.connection().inbound().forEach(message -> sizes.add(message.bytes().length));
          total.complete(sizes.size());
        };

    try (Serving own = Serving.websockets(ws -> ws.route("/", late));
        Peer peer = own.peer().opens("/")) {
      byte[] burst = burstOf(Frame.binary(new byte[60_000]), 10);
      CompletableFuture<Void> said =
          CompletableFuture.runAsync(() -> {
            try {
              for (int i = 0; i < 100; i++) {
                peer.says(burst);
              }
              peer.says(Frame.close());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      // 60 MB fit into no buffer between here and there.
      assertThat(said).isNotDone();
      start.countDown();

      assertThat(total.get(30, SECONDS)).isEqualTo(1_000);
      assertThat(sizes).containsOnly(60_000);
      peer.hearsClose(1005);
    }
  }

  // ---- slow handshakes ----

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 60})
  void a_handshake_that_never_gets_to_its_end_is_not_waited_for(int bytes) throws Exception {
    WsRouteGroup ws = WsRouteGroup.builder().route("/", this::mirror).build();
    try (Serving own = Serving.of(runner -> runner.withConfig(HASTY).withWebsockets(ws));
        Peer peer = own.peer()) {
      byte[] request = Peer.handshake("/").replace("\n", "\r\n").getBytes(ISO_8859_1);
      peer.says(Arrays.copyOf(request, bytes));

      if (bytes > 0) {
        assertThat(peer.hearsReply().status()).isEqualTo(408);
      }
      peer.hearsEnd();
    }
  }

  @Test
  void a_handshake_that_drips_is_cut_off_however_busy_it_looks() throws Exception {
    WsRouteGroup ws = WsRouteGroup.builder().route("/", this::mirror).build();
    try (Serving own = Serving.of(runner -> runner.withConfig(HASTY).withWebsockets(ws));
        Peer peer = own.peer();
        Peer other = own.peer()) {
      peer.says("GET / HTTP/1.1\nHost: h\nX-Long: ");
      Thread drip =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                peer.says("x".getBytes(UTF_8));
                other.gets("/elsewhere").hearsReply(); // as long as that takes
              }
            } catch (IOException e) {
              // it has been cut off
            }
          });

      assertThat(peer.hearsReply().status()).isEqualTo(408);
      drip.join();
    }
  }
}
