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

/** What handlers can do to a single event loop, and to each other. */
class EventLoopTurnsTest {
  private static final WsHandler MIRROR =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static String carrier() {
    String thread = Thread.currentThread().toString();
    return thread.substring(thread.lastIndexOf('@') + 1);
  }

  private static Serving onOneLoop(UnaryOperator<WsRouteGroup.Builder> routes) throws IOException {
    HttpServerConfig config = HttpServerConfig.defaults().withEventLoops(1);
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
  void a_loop_goes_on_by_itself_while_handlers_hold_every_carrier() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch burning = new CountDownLatch(carriers());
    WsHandler burns =
        scope -> {
          burning.countDown();
          untilEnough(enough, Thread::onSpinWait);
        };
    try (Serving serving = onOneLoop(ws -> ws.route("/burns", burns).route("/mirror", MIRROR));
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
    try (Serving serving = onOneLoop(ws -> ws.route("/mirror", MIRROR));
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

  @Test
  void a_handler_that_yields_for_ever_holds_up_nobody() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    WsHandler yields = scope -> untilEnough(enough, Thread::yield);
    try (Serving serving = onOneLoop(ws -> ws.route("/yields", yields).route("/mirror", MIRROR));
        JdkClient alice = JdkClient.at(serving.ws("/yields"));
        JdkClient bob = JdkClient.at(serving.ws("/mirror"))) {
      for (int i = 0; i < 100; i++) {
        bob.says("hello").hears("hello");
      }
      enough.set(true);
      alice.hearsClose(1000, "");
    }
  }

  @Test
  void a_handler_that_outlives_its_server_still_comes_to_its_finally() throws Exception {
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
    try (Serving serving = onOneLoop(ws -> ws.route("/stubborn", stubborn));
        JdkClient alice = JdkClient.at(serving.ws("/stubborn"));
        LogCapture reported = LogCapture.of("dev.phalanx")) {
      assertThat(began.await(10, SECONDS)).isTrue();
      serving.server().close();
      assertThat(endedOn).hasNullValue();

      never.countDown();

      await().untilAtomic(endedOn, carrier -> assertThat(carrier).startsWith("ForkJoinPool"));
    }
  }

  @Test
  void what_is_said_keeps_its_order_while_the_loop_goes_from_thread_to_thread() throws Exception {
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
        "EventLoopTurnsTest",
        random -> {
          try (LogCapture quiet = LogCapture.of("dev.phalanx.transport");
              Serving serving = onOneLoop(ws -> ws.route("/{id}", computesNowAndThen))) {
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
