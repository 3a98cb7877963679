package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import java.net.URI;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and npm's {@code ws} as the server: real processes, real sockets. */
class NpmWsServerTest {
  private static NodePeers node;

  @BeforeAll
  static void start() throws Exception {
    node = NodePeers.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void messages_pings_and_a_close_go_both_ways() throws Exception {
    URI uri = node.listen("chat", false);
    WsClientConnection connection =
        WsClient.connect(uri, WsClientConfig.defaults().withSubprotocols("other", "chat"));
    assertThat(connection.subprotocol()).isEqualTo("chat");
    Iterator<WsMessage> messages = connection.inbound().iterator();
    for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      connection.sendBinary(bytes);
      assertThat(messages.next().bytes()).isEqualTo(bytes);
      connection.sendText("é".repeat(size / 2));
      assertThat(messages.next().text()).isEqualTo("é".repeat(size / 2));
    }
    connection.ping();
    connection.sendText("after the ping");
    assertThat(messages.next().text()).isEqualTo("after the ping");
    assertThat(connection.rtt()).as("the Pong came first").isPositive();
    connection.close();

    assertThat(connection.closed()).isEqualTo(new WsClosed(WsCloseCode.NORMAL, "", WsClosed.By.US));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
  void compressed_messages_go_both_ways_with_every_window(int bits) throws Exception {
    for (boolean alone : new boolean[] {true, false}) {
      Map<String, Object> deflate =
          Map.of(
              "threshold", 0,
              "serverNoContextTakeover", alone,
              "clientNoContextTakeover", alone,
              "serverMaxWindowBits", bits,
              "clientMaxWindowBits", bits);
      Compression compression =
          Compression.defaults()
              .withThreshold(0)
              .withServerNoContextTakeover(alone)
              .withClientNoContextTakeover(alone)
              .withServerMaxWindowBits(bits)
              .withClientMaxWindowBits(bits);
      URI uri = node.listen("chat", deflate);
      try (WsClientConnection connection =
          WsClient.connect(uri, WsClientConfig.defaults().withCompression(compression))) {
        assertThat(connection.isCompressed()).isTrue();
        Iterator<WsMessage> messages = connection.inbound().iterator();
        for (int i = 0; i < 20; i++) {
          String text = ("message " + i + " of many; ").repeat(i * 100);
          connection.sendText(text);
          assertThat(messages.next().text()).isEqualTo(text);
        }
      }
    }
  }
}
