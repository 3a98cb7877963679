package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.seeds.Seed;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What handlers can do to a single event loop, and to each other: where it carries them, and where
 * it takes turns with them on the JDK's scheduler.
 */
class LaneTurnsTest {
  private static final WsHandler MIRROR =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  /** Says on which carrier it runs. */
  private static final WsHandler WHERE =
      scope -> {
        for (WsMessage message : scope.connection().inbound()) {
          scope.connection().sendText(carrier());
        }
      };

  private static String carrier() {
    String thread = Thread.currentThread().toString();
    return thread.substring(thread.lastIndexOf('@') + 1);
  }

  private static Serving onOneLoop(UnaryOperator<WsRouteGroup.Builder> routes) throws IOException {
    return onOneLoop(true, routes);
  }

  private static Serving onOneLoop(boolean carried, UnaryOperator<WsRouteGroup.Builder> routes)
      throws IOException {
    HttpServerConfig config =
        HttpServerConfig.defaults().withEventLoops(1).withCarriedHandlers(carried);
    return Serving.of(runner ->
        runner
            .withConfig(config)
            .withShutdownTimeout(Duration.ofMillis(300))
            .withWebsockets(routes.apply(WsRouteGroup.builder()).build()));
  }

  /** Keeps its carrier, but not from the tests after one that fails. */
  private static void untilEnough(AtomicBoolean enough, Runnable meanwhile) {
    long late = System.nanoTime() + SECONDS.toNanos(40); // longer than anybody here waits
    while (!enough.get() && System.nanoTime() < late) {
      meanwhile.run();
    }
  }

  private static String whereNow(JdkClient client) throws InterruptedException {
    return client.says("?").hearsText();
  }

  @Test
  void a_handler_runs_on_the_event_loop_of_its_connection() throws Exception {
    try (Serving serving = onOneLoop(ws -> ws.route("/where", WHERE));
        JdkClient alice = JdkClient.at(serving.ws("/where"))) {
      assertThat(whereNow(alice)).startsWith("hermes-lane-").doesNotContain("stand-in");
    }
  }

  @Test
  void others_go_on_while_a_handler_computes_and_home_gets_the_loop_back() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    WsHandler computes =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            untilEnough(enough, Thread::onSpinWait);
            scope.connection().sendText("done");
          }
        };
    try (Serving serving = onOneLoop(ws -> ws.route("/computes", computes).route("/where", WHERE));
        JdkClient bob = JdkClient.at(serving.ws("/where"));
        JdkClient alice = JdkClient.at(serving.ws("/computes"))) {
      alice.says("go");

      await().until(() -> whereNow(bob).startsWith("hermes-lane-stand-in"));
      assertThat(whereNow(bob)).startsWith("hermes-lane-stand-in");

      enough.set(true);
      alice.hears("done");
      await().until(() -> !whereNow(bob).contains("stand-in"));
      alice.says("again").hears("done");
    }
  }

  /** A class initializer is one of the things that still pin. */
  private static final class Pins {
    static final CountDownLatch RELEASE = new CountDownLatch(1);

    private static final class Initialized {
      static final String BY = initialize();

      private static String initialize() {
        try {
          return RELEASE.await(20, SECONDS) ? "released" : "late";
        } catch (InterruptedException e) {
          return "interrupted";
        }
      }
    }
  }

  @Test
  void others_go_on_while_a_handler_waits_and_pins_its_carrier() throws Exception {
    WsHandler pins =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            scope.connection().sendText(Pins.Initialized.BY);
          }
        };
    try (Serving serving = onOneLoop(ws -> ws.route("/pins", pins).route("/mirror", MIRROR));
        JdkClient bob = JdkClient.at(serving.ws("/mirror"));
        JdkClient alice = JdkClient.at(serving.ws("/pins"))) {
      alice.says("go");
      for (int i = 0; i < 100; i++) {
        bob.says("still " + i).hears("still " + i);
      }
      Pins.RELEASE.countDown();
      alice.hears("released");
    }
  }

  @Test
  void a_route_that_holds_up_its_loop_again_and_again_is_moved_off_and_named() throws Exception {
    WsHandler burns =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            scope.connection().sendText(carrier());
            long until = System.nanoTime() + Duration.ofMillis(60).toNanos();
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
          }
        };
    try (LogCapture log = LogCapture.of("dev.phalanx.transport");
        Serving serving = onOneLoop(ws -> ws.route("/burns", burns).route("/where", WHERE));
        JdkClient bob = JdkClient.at(serving.ws("/where"));
        JdkClient alice = JdkClient.at(serving.ws("/burns"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> whereNow(alice).startsWith("ForkJoinPool"));

      assertThat(whereNow(bob)).startsWith("hermes-lane-");
      assertThat(log.lines())
          .anySatisfy(line -> assertThat(line).startsWith("WS /burns holds up its event loop"));
    }
  }

  @Test
  void a_loop_goes_on_by_itself_while_handlers_hold_every_carrier() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch burning = new CountDownLatch(carriers());
    WsHandler burns =
        scope -> {
          burning.countDown();
          untilEnough(enough, Thread::onSpinWait);
        };
    try (Serving serving =
            onOneLoop(false, ws -> ws.route("/burns", burns).route("/mirror", MIRROR));
        Peer bob = serving.peer().opens("/mirror")) {
      List<JdkClient> others = new ArrayList<>();
      for (int i = 0; i < carriers(); i++) {
        others.add(JdkClient.at(serving.ws("/burns")));
      }
      assertThat(burning.await(20, SECONDS)).isTrue();

      bob.says(Frame.ping("are you there?")).hears(Frame.pong("are you there?"));

      enough.set(true);
      bob.says(Frame.text("and now?")).hears(Frame.text("and now?"));
      others.forEach(JdkClient::close);
    }
  }

  @Test
  void a_loop_that_has_waited_goes_on_by_itself_while_others_hold_every_carrier() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch burning = new CountDownLatch(carriers());
    try (Serving serving = onOneLoop(false, ws -> ws.route("/mirror", MIRROR));
        Peer bob = serving.peer().opens("/mirror").says(Frame.text("hi")).hears(Frame.text("hi"))) {
      for (int i = 0; i < carriers(); i++) {
        Thread.ofVirtual()
            .start(() -> {
              burning.countDown();
              untilEnough(enough, Thread::onSpinWait);
            });
      }
      assertThat(burning.await(20, SECONDS)).isTrue();

      for (int i = 0; i < 10; i++) {
        bob.says(Frame.ping("still " + i)).hears(Frame.pong("still " + i));
      }
      enough.set(true);
    }
  }

  private static int carriers() {
    return Runtime.getRuntime().availableProcessors();
  }

  @ParameterizedTest(name = "carried: {0}")
  @ValueSource(booleans = {true, false})
  void a_handler_that_yields_for_ever_holds_up_nobody(boolean carried) throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    WsHandler yields = scope -> untilEnough(enough, Thread::yield);
    try (Serving serving =
            onOneLoop(carried, ws -> ws.route("/yields", yields).route("/mirror", MIRROR));
        JdkClient alice = JdkClient.at(serving.ws("/yields"));
        JdkClient bob = JdkClient.at(serving.ws("/mirror"))) {
      for (int i = 0; i < 100; i++) {
        bob.says("hello").hears("hello");
      }
      enough.set(true);
      alice.hearsClose(1000, "");
    }
  }

  @ParameterizedTest(name = "carried: {0}")
  @ValueSource(booleans = {true, false})
  void a_handler_that_outlives_its_server_still_comes_to_its_finally(boolean carried)
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    AtomicReference<String> endedOn = new AtomicReference<>();
    WsHandler stubborn =
        scope -> {
          began.countDown();
          try {
            while (never.getCount() > 0) {
              try {
                never.await();
              } catch (InterruptedException e) {
                // it won't end: that is the point
              }
            }
          } finally {
            endedOn.set(carrier());
          }
        };
    try (Serving serving = onOneLoop(carried, ws -> ws.route("/stubborn", stubborn));
        JdkClient alice = JdkClient.at(serving.ws("/stubborn"));
        LogCapture reported = LogCapture.of("dev.phalanx")) {
      assertThat(began.await(10, SECONDS)).isTrue();
      serving.server().close();
      assertThat(endedOn).hasNullValue();

      never.countDown();

      await().untilAtomic(endedOn, carrier -> assertThat(carrier).startsWith("ForkJoinPool"));
    }
  }

  @ParameterizedTest(name = "carried: {0}")
  @ValueSource(booleans = {true, false})
  void what_is_said_keeps_its_order_while_the_loop_goes_from_thread_to_thread(boolean carried)
      throws Exception {
    WsHandler computesNowAndThen =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            if (message.text().endsWith("!")) {
              long until = System.nanoTime() + Duration.ofMillis(25).toNanos();
              while (System.nanoTime() < until) {
                Thread.onSpinWait();
              }
            }
            scope.connection().send(message);
          }
        };
    Seed.run(
        "LaneTurnsTest",
        random -> {
          try (LogCapture quiet = LogCapture.of("dev.phalanx.transport");
              Serving serving = onOneLoop(carried, ws -> ws.route("/{id}", computesNowAndThen))) {
            List<JdkClient> clients = new ArrayList<>();
            List<List<String>> said = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
              clients.add(JdkClient.at(serving.ws("/" + i)));
              said.add(new ArrayList<>());
            }
            for (int round = 0; round < 30; round++) {
              for (int i = 0; i < clients.size(); i++) {
                String message = round + (random.nextInt(150) == 0 ? "!" : "");
                said.get(i).add(message);
                clients.get(i).says(message);
              }
            }
            for (int i = 0; i < clients.size(); i++) {
              for (String message : said.get(i)) {
                clients.get(i).hears(message);
              }
              clients.get(i).close();
            }
          }
        });
  }
}
