package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles and npm's {@code ws}, with a relay between that cuts everything into pieces. */
class UnevenPiecesTest {
  private static final int[] SIZES = {0, 1, 125, 126, 2_000, 65_535, 65_536};
  private static final long SEED = 4_711;

  private static NodePeers node;

  @BeforeAll
  static void start() throws Exception {
    node = NodePeers.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (node != null) {
      node.close();
    }
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/mirror", "/ws/mirror/deflate"})
  void a_client_of_our_server_hears_what_it_said(String path) throws Exception {
    try (RunningServer demo = Demo.start("127.0.0.1", 0);
        Chopper chopper = Chopper.before(demo.port(), SEED)) {
      Map<String, Object> all = Map.of("threshold", 0);
      NodePeers.Client alice =
          path.endsWith("deflate")
              ? node.connectCompressed(chopper.ws(path), all)
              : node.connect(chopper.ws(path));
      for (int size : SIZES) {
        byte[] message = noise(size);
        int cut = size / 3;
        alice.says(message).hears(message);
        alice
            .saysInParts(
                List.of(
                    Arrays.copyOfRange(message, 0, cut), Arrays.copyOfRange(message, cut, size)))
            .hears(message);
        alice.says("größer 😀".repeat(size / 8)).hears("text", "größer 😀".repeat(size / 8));
      }
      alice.closes(4321, "enough").hearsClose(4321, "enough");
      assertThat(chopper.pieces()).as("pieces").isGreaterThan(500);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void our_client_hears_what_it_said(boolean compressed) throws Exception {
    URI server = node.listen("", compressed ? Map.of("threshold", 0) : false);
    WsClientConfig plain =
        WsClientConfig.defaults()
            .withWs(ws -> ws.withMaxMessageSize(1 << 17).withInboundBytes(1 << 20));
    WsClientConfig config =
        compressed ? plain.withCompression(Compression.defaults().withThreshold(0)) : plain;
    try (Chopper chopper = Chopper.before(server.getPort(), SEED);
        WsClientConnection connection = WsClient.connect(chopper.ws("/"), config)) {
      assertThat(connection.isCompressed()).isEqualTo(compressed);
      Iterator<WsMessage> messages = connection.inbound().iterator();
      for (int size : SIZES) {
        connection.sendBinary(noise(size));
        assertThat(messages.next().bytes()).isEqualTo(noise(size));
        assertThat(messages.next().bytes()).as("in parts").isEqualTo(noise(size));
      }
      assertThat(chopper.pieces()).as("pieces").isGreaterThan(500);
    }
  }
}
