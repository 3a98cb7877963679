package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.Frame;
import dev.phalanx.testkit.TestServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

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

              the handler waits: thread "ws /""");
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
          .hasMessageStartingWith("expected text \"more\"\nbut the wire is closed")
          .hasMessageContaining("the handler has returned");
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
          .hasMessage(
              "left behind:\n- in the gateway, connections: 1, topics with subscribers: 1");
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
        TestServer.onPort(
            runner ->
                runner.withWebsockets(
                    WsRouteGroup.builder().route("/ws/echo", ECHO).build()));
    try (JdkClient alice = JdkClient.at(server.ws("/ws/echo"))) {
      alice.says("hello").hears("echo: hello");

      assertThatThrownBy(server::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("left behind:\n- a handler that should have ended waits")
          .hasMessageContaining("ws /ws/echo");
    }
  }
}
