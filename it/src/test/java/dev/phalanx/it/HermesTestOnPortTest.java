package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.testkit.HermesTest;
import dev.phalanx.testkit.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The demo on a free port: the same for whatever needs no clock in the hand. */
class HermesTestOnPortTest {
  @RegisterExtension final HermesTest hermes = HermesTest.onPort(Demo::routes, Demo.services());

  @Test
  void the_client_and_foreign_ones_connect(TestServer server, WsClient client, WsGateway gateway)
      throws Exception {
    try (WsClientConnection ann =
            client.open(server.ws("/ws/relay/tea"), WsClientConfig.defaults());
        JdkClient bob = JdkClient.at(server.ws("/ws/relay/tea"))) {
      await().until(() -> gateway.count("relay.tea") == 2 || gateway.count() == 2);
      bob.says("hello");
      assertThat(ann.inbound().iterator().next().text()).isEqualTo("hello");
    }
  }

  @Test
  void http_is_answered(TestServer server) {
    assertThat(server.get("/health").body()).asString().isEqualTo("{\"status\":\"up\"}");
    assertThat(server.post("/api/rooms", "{\"name\": \"tea-house\"}").status()).isEqualTo(201);
    assertThat(server.asksToOpen("/nowhere").status()).isEqualTo(404);
    assertThat(server.asksToOpen("/ws/echo").status()).isEqualTo(101);
  }

  @Test
  void what_needs_the_clock_says_that_it_does(TestServer server) {
    assertThatThrownBy(() -> server.opens("/ws/echo"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("opens is for a server in memory: this one is on a port");
  }

  @Test
  void what_is_left_open_is_closed_after_the_test(TestServer server) throws Exception {
    server.connect("/ws/echo").sendText("nobody reads the answer");
  }
}
