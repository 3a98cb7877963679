package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a server starts, and how it goes down. */
class ServerLifecycleTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  private static final HttpHandler PAGE = scope -> Response.text("a page");

  private static final WsHandler MIRROR =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static CompletableFuture<Void> closing(RunningServer server) {
    return CompletableFuture.runAsync(server::close);
  }

  // ---- starting ----

  @Test
  void any_free_port_is_found_and_told() throws Exception {
    try (Serving one = Serving.http(http -> http.get("/", PAGE));
        Serving two = Serving.http(http -> http.get("/", PAGE))) {
      assertThat(one.server().port()).isPositive().isNotEqualTo(two.server().port());
      assertThat(one.server().address().getPort()).isEqualTo(one.server().port());
      assertThat(one.server().address().getAddress().isLoopbackAddress()).isTrue();
      try (Peer peer = two.peer()) {
        assertThat(peer.gets("/").hearsReply().text()).isEqualTo("a page");
      }
    }
  }

  @Test
  void an_address_that_is_in_use_is_named() throws Exception {
    try (Serving serving = Serving.http(http -> http.get("/", PAGE))) {
      int port = serving.server().port();

      assertThatThrownBy(() -> Runner.from(serving.application()).start("127.0.0.1", port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void a_host_that_is_not_there_is_named() {
    try (Application app = Application.starting().compile()) {
      assertThatThrownBy(() -> Runner.from(app).start("::g", 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("::g")
          .hasMessageContaining("no such host");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8080",
        ":8080",
        "localhost",
        "localhost:",
        "localhost:http",
        "localhost:-1",
        "localhost:65536",
        "::1:8080",
        "[::1]",
        "localhost:80:80"
      })
  void an_address_that_is_not_host_and_port_is_told_so(String address) {
    try (Application app = Application.starting().compile()) {
      assertThatThrownBy(() -> Runner.from(app).run(address))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the address must be host:port, with a port from 0 to 65535, not \""
                  + address
                  + "\"");
    }
  }

  @Test
  void a_port_that_was_let_go_can_be_taken_again_at_once() throws Exception {
    Serving first = Serving.http(http -> http.get("/", PAGE));
    int port = first.server().port();
    try (Peer peer = first.peer()) {
      peer.gets("/").hearsReply();
      first.close();

      try (Application app = Application.starting().compile();
          RunningServer second = Runner.from(app).start("127.0.0.1", port);
          Peer other = Peer.of(second)) {
        assertThat(other.gets("/").hearsReply().status()).isEqualTo(404);
      }
    }
  }

  // ---- running until told to end ----

  @Test
  void run_serves_until_its_thread_is_interrupted() throws Exception {
    AtomicReference<Throwable> end = new AtomicReference<>();
    try (Application app = Application.starting().compile()) {
      Thread runner =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Runner.from(app).run("127.0.0.1:0");
                } catch (IOException | InterruptedException e) {
                  end.set(e);
                }
              });
      await().until(() -> runner.getState() == Thread.State.WAITING);

      runner.interrupt();
      runner.join();

      assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void who_awaits_the_shutdown_goes_on_when_somebody_closes_the_server() throws Exception {
    try (Serving serving = Serving.http(http -> http.get("/", PAGE))) {
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  serving.server().awaitShutdown();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });

      serving.server().close();

      assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  // ---- going down ----

  @Test
  void websockets_are_closed_with_1001_and_their_handlers_waited_for() throws Exception {
    CountDownLatch cleaningUp = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicBoolean cleanedUp = new AtomicBoolean();
    AtomicBoolean disposed = new AtomicBoolean();
    WsHandler tidy =
        scope -> {
          scope.onDispose(() -> disposed.set(true));
          scope.connection().inbound().forEach(scope.connection()::send);
          cleaningUp.countDown();
          mayEnd.await();
          cleanedUp.set(true);
        };

    try (Serving serving = Serving.websockets(ws -> ws.route("/", tidy));
        Peer peer = serving.peer().opens("/")) {
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));

      CompletableFuture<Void> closed = closing(serving.server());
      assertThat(peer.hearsClose(1001).closeReason()).isEqualTo("the server is going down");
      peer.says(Frame.close(1001, "")).hearsEnd();
      assertThat(cleaningUp.await(20, SECONDS)).isTrue();
      assertThat(closed).isNotDone();
      mayEnd.countDown();

      closed.get(20, SECONDS);
      assertThat(cleanedUp).isTrue();
      assertThat(disposed).isTrue();
    }
  }

  @Test
  void a_request_that_is_being_answered_is_answered_and_nobody_else_is_let_in() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    HttpHandler slow =
        scope -> {
          begun.countDown();
          mayEnd.await();
          return Response.text("here you are");
        };

    try (Serving serving = Serving.http(http -> http.get("/slow", slow));
        Peer idle = serving.peer();
        Peer peer = serving.peer()) {
      idle.gets("/").hearsReply();
      peer.gets("/slow").gets("/slow");
      assertThat(begun.await(20, SECONDS)).isTrue();

      CompletableFuture<Void> closed = closing(serving.server());
      idle.hearsEnd();
      assertThatThrownBy(serving::peer).isInstanceOf(ConnectException.class);
      mayEnd.countDown();

      Reply reply = peer.hearsReply();
      assertThat(reply.text()).isEqualTo("here you are");
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
      closed.get(20, SECONDS);
    }
  }

  @Test
  void closing_twice_is_closing_once() throws Exception {
    Serving serving = Serving.websockets(ws -> ws.route("/", MIRROR));
    try (Peer peer = serving.peer().opens("/")) {
      CompletableFuture<Void> first = closing(serving.server());
      peer.hearsClose(1001);
      CompletableFuture<Void> second = closing(serving.server()); // while the first is at work
      peer.says(Frame.close(1001, "")).hearsEnd();
      first.get(20, SECONDS);
      second.get(20, SECONDS);

      serving.server().close();
      serving.close();
    }
  }

  @Test
  void a_peer_that_does_not_answer_the_close_is_not_waited_for_beyond_the_close_timeout()
      throws Exception {
    WsConfig hasty = WsConfig.defaults().withCloseTimeout(SHORT);
    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving = Serving.websockets(ws -> ws.route("/", MIRROR, hasty));
        Peer deaf = serving.peer().opens("/")) {
      serving.server().close();

      deaf.hearsClose(1001);
      deaf.losesConnection();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void a_handler_that_ignores_the_end_of_its_connection_is_interrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    List<String> interrupted = Collections.synchronizedList(new ArrayList<>());
    WsHandler deafSession =
        scope -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.add("session"); // and ends as if nothing had been
          }
        };
    HttpHandler deafRequest =
        scope -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
            return PAGE.handle(scope);
          } catch (InterruptedException e) {
            interrupted.add("request");
            throw e;
          }
        };
    WsConfig hasty = WsConfig.defaults().withCloseTimeout(SHORT); // for a peer that doesn't answer
    WsRouteGroup ws = WsRouteGroup.builder().route("/ws", deafSession, hasty).build();
    RouteGroup http = RouteGroup.builder().get("/page", deafRequest).build();

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving =
            Serving.of(r -> r.withRoutes(http).withWebsockets(ws).withShutdownTimeout(SHORT));
        Peer peer = serving.peer().opens("/ws");
        Peer other = serving.peer().gets("/page")) {
      assertThat(begun.await(20, SECONDS)).isTrue();

      serving.server().close();

      peer.hearsClose(1001);
      other.losesConnection();
      assertThat(interrupted).containsExactlyInAnyOrder("session", "request");
      assertThat(log.lines()).as("interrupting it was our doing").isEmpty();
    }
  }

  @Test
  void handlers_that_ignore_even_that_are_reported_by_name_with_their_stack() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch mayEnd = new CountDownLatch(1);
    WsHandler stubborn =
        scope -> {
          begun.countDown();
          insistOnWaiting(mayEnd);
        };

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving =
            Serving.of(runner ->
                runner
                    .withShutdownTimeout(SHORT)
                    .withWebsockets(WsRouteGroup.builder().route("/stubborn", stubborn).build()));
        Peer peer = serving.peer().opens("/stubborn");
        Peer other = serving.peer().opens("/stubborn")) {
      assertThat(begun.await(20, SECONDS)).isTrue();

      serving.server().close();

      peer.losesConnection();
      other.losesConnection();
      assertThat(log.lines())
          .hasSize(2)
          .allSatisfy(line ->
              assertThat(line)
                  .startsWith("ws /stubborn ")
                  .contains("nor when interrupted")
                  .contains("at dev.phalanx.it.ServerLifecycleTest.insistOnWaiting"));
      mayEnd.countDown();
    }
  }

  private static void insistOnWaiting(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // that's the point
      }
    }
  }

  @Test
  void a_session_whose_handler_has_ended_and_whose_peer_does_not_answer_is_closed_not_reported()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch disposed = new CountDownLatch(1);
    WsHandler brief =
        scope -> {
          scope.onDispose(disposed::countDown);
          begun.countDown();
        };
    WsConfig patient = WsConfig.defaults().withCloseTimeout(Duration.ofSeconds(60));

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving =
            Serving.of(runner ->
                runner
                    .withShutdownTimeout(SHORT)
                    .withWebsockets(WsRouteGroup.builder().route("/", brief, patient).build()));
        Peer deaf = serving.peer().opens("/")) {
      deaf.hearsClose(1000);
      assertThat(begun.await(20, SECONDS)).isTrue();

      serving.server().close();

      deaf.losesConnection();
      assertThat(disposed.await(0, SECONDS)).as("all of its life is over").isTrue();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void a_handler_that_ends_when_interrupted_is_not_reported_for_a_peer_that_does_not_answer()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    WsHandler obedient =
        scope -> {
          begun.countDown();
          new CountDownLatch(1).await(); // the exception takes the interrupt away
        };
    WsConfig patient = WsConfig.defaults().withCloseTimeout(Duration.ofSeconds(60));

    try (LogCapture log = LogCapture.of("dev.phalanx");
        Serving serving =
            Serving.of(runner ->
                runner
                    .withShutdownTimeout(SHORT)
                    .withWebsockets(WsRouteGroup.builder().route("/", obedient, patient).build()));
        Peer deaf = serving.peer().opens("/")) {
      assertThat(begun.await(20, SECONDS)).isTrue();

      serving.server().close();

      deaf.losesConnection();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void a_session_that_begins_while_the_server_goes_down_is_closed_too() throws Exception {
    CountDownLatch inMiddleware = new CountDownLatch(1);
    CountDownLatch mayPass = new CountDownLatch(1);
    WsConfig config =
        WsConfig.defaults()
            .withMiddleware((scope, next) -> {
              inMiddleware.countDown();
              mayPass.await();
              return next.handle(scope);
            });

    try (Serving serving = Serving.websockets(ws -> ws.route("/", MIRROR, config));
        Peer idle = serving.peer();
        Peer peer = serving.peer()) {
      idle.gets("/nowhere").hearsReply();
      peer.says(Peer.handshake("/"));
      assertThat(inMiddleware.await(20, SECONDS)).isTrue();
      CompletableFuture<Void> closed = closing(serving.server());
      idle.hearsEnd(); // it is going down
      mayPass.countDown();

      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.hearsClose(1001);
      peer.says(Frame.close(1001, "")).hearsEnd();
      closed.get(20, SECONDS);
    }
  }
}
