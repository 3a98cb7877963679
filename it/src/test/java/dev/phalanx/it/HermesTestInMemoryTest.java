package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.hermes.client.WsHandshakeException;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.HermesTest;
import dev.phalanx.testkit.TestServer;
import dev.phalanx.transport.memory.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The demo in memory: what a test is given, and what it can do with it. */
class HermesTestInMemoryTest {
  @RegisterExtension final HermesTest hermes = HermesTest.inMemory(Demo::routes, Demo.services());

  @Test
  void an_echo_comes_back() {
    hermes.opens("/ws/echo").says("hello").hears("echo: hello").closes(1000).hearsClose(1000);
  }

  @Test
  void several_are_in_a_room(WsGateway gateway) {
    Conversation ann = hermes.opens("/ws/relay/tea");
    Conversation bob = hermes.opens("/ws/relay/tea");
    ann.hearsNothing(); // by now both have subscribed
    assertThat(gateway.count()).isEqualTo(2);

    bob.says("hello");

    ann.hears("hello");
    bob.hearsNothing();
    gateway.broadcast(WsMessage.text("to all"));
    ann.hears("to all");
    bob.hears("to all");
  }

  @Test
  void real_clients_connect(TestServer server, WsClient client) throws Exception {
    try (WsClientConnection conn = client.open(server.ws("/ws/echo"), WsClientConfig.defaults())) {
      conn.sendText("hello");
      assertThat(conn.inbound().iterator().next().text()).isEqualTo("echo: hello");
    }
  }

  @Test
  void http_is_answered_too(TestServer server) {
    assertThat(server.get("/health").body()).asString().isEqualTo("{\"status\":\"up\"}");
    assertThat(server.post("/api/rooms", "{\"name\": \"tea-house\"}").status()).isEqualTo(201);
    assertThat(server.get("/nowhere").status()).isEqualTo(404);
  }

  @Test
  void a_refused_handshake_is_an_answer(TestServer server) {
    assertThat(server.asksToOpen("/nowhere").status()).isEqualTo(404);
    assertThat(server.asksToOpen("/ws/echo", "Origin", "https://elsewhere").status())
        .isEqualTo(403);
    assertThatThrownBy(() -> server.connect("/nowhere"))
        .isInstanceOfSatisfying(
            WsHandshakeException.class, refused -> assertThat(refused.status()).isEqualTo(404));
    assertThatThrownBy(() -> server.opens("/nowhere"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("GET /nowhere was refused: 404");
  }

  @Test
  void the_clock_is_the_tests(TestServer server, VirtualClock clock, Application application) {
    assertThat(application.time()).isSameAs(clock);
    Conversation talk = hermes.opens("/ws/notifications");
    talk.hearsText();
    talk.hearsNothingFor(Duration.ofMillis(1_999));
    server.timePasses(Duration.ofMillis(1));
    assertThat(talk.hearsText()).contains("\"type\"");
  }

  @Test
  void what_is_left_open_is_closed_after_the_test(TestServer server) throws Exception {
    server.connect("/ws/echo").sendText("nobody reads the answer");
    hermes.opens("/ws/rooms/tea");
  }
}
