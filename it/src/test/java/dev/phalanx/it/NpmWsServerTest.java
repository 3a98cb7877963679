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

  /** It sends everything back twice: whole, and in parts. */
  private static void hears(Iterator<WsMessage> messages, String text) {
    assertThat(messages.next().text()).isEqualTo(text);
    assertThat(messages.next().text()).as("in parts").isEqualTo(text);
  }

  private static void hears(Iterator<WsMessage> messages, byte[] bytes) {
    assertThat(messages.next().bytes()).isEqualTo(bytes);
    assertThat(messages.next().bytes()).as("in parts").isEqualTo(bytes);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void messages_pings_and_a_close_go_both_ways() throws Exception {
    URI uri = node.listen("chat", false);
    WsClientConnection connection =
        WsClient.connect(uri, WsClientConfig.defaults().withSubprotocols("other", "chat"));
    assertThat(connection.subprotocol()).isEqualTo("chat");
    Iterator<WsMessage> messages = connection.inbound().iterator();
    for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
      connection.sendBinary(noise(size));
      hears(messages, noise(size));
      connection.sendText("é".repeat(size / 2));
      hears(messages, "é".repeat(size / 2));
    }
    connection.ping();
    connection.sendText("after the ping");
    hears(messages, "after the ping");
    assertThat(connection.rtt()).as("the Pong came first").isPositive();
    connection.close();

    assertThat(connection.closed()).isEqualTo(new WsClosed(WsCloseCode.NORMAL, "", WsClosed.By.US));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
  void compressed_messages_go_both_ways_with_every_window_and_context(int bits) throws Exception {
    for (int flags = 0; flags < 4; flags++) {
      boolean serverAlone = (flags & 1) != 0;
      boolean clientAlone = (flags & 2) != 0;
      URI uri = node.listen("chat", options(serverAlone, clientAlone, bits));
      WsClientConfig config =
          WsClientConfig.defaults()
              .withWs(ws -> ws.withMaxMessageSize(1 << 18).withInboundBytes(1 << 20))
              .withCompression(wishes(serverAlone, clientAlone, bits));
      try (WsClientConnection connection = WsClient.connect(uri, config)) {
        assertThat(connection.isCompressed()).isTrue();
        Iterator<WsMessage> messages = connection.inbound().iterator();
        for (int size : new int[] {0, 1, 16, 125, 126, 1_024, 32_767, 65_536, 131_072}) {
          String text = "message of %d: é€😀; ".formatted(size).repeat(size / 20);
          connection.sendText(text);
          hears(messages, text);
          connection.sendBinary(noise(size));
          hears(messages, noise(size));
          connection.sendBinary(new byte[size]);
          hears(messages, new byte[size]);
        }
      }
    }
  }

  private static Map<String, Object> options(boolean serverAlone, boolean clientAlone, int bits) {
    return Map.of(
        "threshold", 0,
        "serverNoContextTakeover", serverAlone,
        "clientNoContextTakeover", clientAlone,
        "serverMaxWindowBits", bits,
        "clientMaxWindowBits", bits);
  }

  private static Compression wishes(boolean serverAlone, boolean clientAlone, int bits) {
    return Compression.defaults()
        .withThreshold(0)
        .withServerNoContextTakeover(serverAlone)
        .withClientNoContextTakeover(clientAlone)
        .withServerMaxWindowBits(bits)
        .withClientMaxWindowBits(bits);
  }
}
