package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.Frame;
import dev.phalanx.testkit.HermesTest;
import dev.phalanx.testkit.TestServer;
import dev.phalanx.transport.memory.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the testkit says when a test fails, or leaves something behind. */
class TestkitFailuresTest {
  private static final WsHandler ECHO =
      scope -> {
        for (WsMessage message : scope.connection().inbound()) {
          scope.connection().sendText("echo: " + message.text());
        }
      };

  @Test
  void another_message_shows_what_both_sides_have_said() {
    try (Conversation talk = Conversation.with(ECHO)) {
      talk.says("one").hears("echo: one").timePasses(Duration.ofMillis(1_500)).says("two");

      assertThatThrownBy(() -> talk.hears("two"))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith(
              """
              expected text "two"
              but heard text "echo: two"

                          client                                      server
                 0.000 s  GET /
                 0.000 s                                              101
                 0.000 s  text "one"
                 0.000 s                                              text "echo: one"
                 1.500 s  text "two"
                 1.500 s                                              text "echo: two"

              the handler waits: thread "ws /\
              """);
    }
  }

  @Test
  void a_closed_wire_and_something_instead_of_nothing_are_told() {
    try (Conversation talk = Conversation.with(ECHO)) {
      talk.says("one");
      assertThatThrownBy(talk::hearsNothing)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("but heard text \"echo: one\"");
      talk.closes().hears(Frame.close());
      assertThatThrownBy(() -> talk.hears("more"))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("expected text \"more\"\nbut nothing more will come")
          .hasMessageContaining("the handler "); // still ends, or has returned
    }
  }

  @Test
  void a_handler_that_outlives_its_connection_is_named_with_its_stack() {
    CountDownLatch never = new CountDownLatch(1);
    WsHandler stubborn =
        scope -> {
          scope.connection().inbound().forEach(message -> {});
          never.await();
        };
    TestServer server = Served.websockets(ws -> ws.route("/ws/stubborn", stubborn));
    server.opens("/ws/stubborn");

    assertThatThrownBy(server::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("left behind:\n- a handler that should have ended waits: thread")
        .hasMessageContaining("ws /ws/stubborn")
        .hasMessageContaining("at java.base/java.util.concurrent.CountDownLatch.await");
  }

  @Test
  void a_subscription_that_is_left_is_counted() throws Exception {
    AtomicReference<WsConnection> elsewhere = new AtomicReference<>();
    WsHandler telling =
        scope -> {
          elsewhere.set(scope.connection());
          ECHO.handle(scope);
        };
    TestServer server = Served.websockets(ws -> ws.route("/", ECHO));
    try (Conversation other = Conversation.with(telling)) {
      other.hearsNothing();
      server.service(WsGateway.class).subscribe(elsewhere.get(), "news");

      assertThatThrownBy(server::close)
          .isInstanceOf(AssertionError.class)
          .hasMessage("left behind:\n- in the gateway, connections: 1, topics with subscribers: 1");
    }
  }

  @Test
  void a_timer_that_nobody_takes_back_is_named() {
    TestServer server = Served.websockets(ws -> ws.route("/", ECHO));
    server.clock().schedule(() -> {}, Duration.ofDays(1));

    assertThatThrownBy(server::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("timers that still wait: in PT");
  }

  @Test
  void on_a_port_a_connection_that_somebody_keeps_open_is_named() throws Exception {
    TestServer server =
        TestServer.onPort(runner ->
            runner.withWebsockets(WsRouteGroup.builder().route("/ws/echo", ECHO).build()));
    try (JdkClient alice = JdkClient.at(server.ws("/ws/echo"))) {
      alice.says("hello").hears("echo: hello");

      assertThatThrownBy(server::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("left behind:\n- a handler that should have ended waits")
          .hasMessageContaining("ws /ws/echo");
    }
  }

  // ---- with JUnit ----

  @EnabledIf("dev.phalanx.it.TestRun#isRunning")
  static final class Failing {
    @RegisterExtension final HermesTest hermes = HermesTest.inMemory(Failing::routes);

    private static Runner routes(Runner runner) {
      return runner.withWebsockets(WsRouteGroup.builder().route("/ws/echo", ECHO).build());
    }

    @Test
    void by_another_assertion() {
      hermes.opens("/ws/echo").says("one").hears("echo: one");
      throw new AssertionError("of the test's own");
    }
  }

  @Test
  void a_failure_of_the_tests_own_comes_with_what_was_said() {
    Throwable failure = TestRun.of(Failing.class).failures().getFirst();

    assertThat(failure).hasMessage("of the test's own");
    assertThat(failure.getSuppressed())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageStartingWith("what was said:\n\n")
        .hasMessageContaining("text \"one\"")
        .hasMessageContaining("text \"echo: one\"");
  }

  /** Its second test would pass alone. */
  @EnabledIf("dev.phalanx.it.TestRun#isRunning")
  static final class LeavingBehind {
    @RegisterExtension final HermesTest hermes = HermesTest.inMemory(runner -> runner);

    @Test
    void a_timer(VirtualClock clock) {
      clock.schedule(() -> {}, Duration.ofDays(1));
    }

    @Test
    void nothing(VirtualClock clock) {
      assertThat(clock.pendingTimers()).isZero();
    }
  }

  @Test
  void a_test_that_leaves_something_behind_fails_and_no_other_does() {
    TestRun run = TestRun.of(LeavingBehind.class);

    assertThat(run.succeeded()).isEqualTo(1);
    assertThat(run.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageStartingWith("left behind:\n- timers that still wait");
  }

  /** Its field is all tests', and they run one after another. */
  @EnabledIf("dev.phalanx.it.TestRun#isRunning")
  static final class Sharing {
    @RegisterExtension static final HermesTest HERMES = HermesTest.inMemory(Failing::routes);

    @RepeatedTest(2)
    void each_has_a_server_of_its_own(WsGateway gateway) {
      assertThat(gateway.count()).isZero();
      gateway.register(register());
    }

    private static WsConnection register() {
      AtomicReference<WsConnection> connection = new AtomicReference<>();
      WsHandler telling =
          scope -> {
            connection.set(scope.connection());
            ECHO.handle(scope);
          };
      try (Conversation talk = Conversation.with(telling)) {
        talk.hearsNothing();
        return connection.get();
      }
    }
  }

  @Test
  void a_static_field_is_good_for_one_test_after_another() {
    assertThat(TestRun.of(Sharing.class).succeeded()).isEqualTo(2);
  }
}
