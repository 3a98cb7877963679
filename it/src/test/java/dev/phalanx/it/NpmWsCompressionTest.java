package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The demo's {@code /ws/mirror/deflate} talks to npm's {@code ws}, which has a real window of each
 * size: what groups 12 and 13 of the Autobahn Testsuite do, which the suite at hand lacks.
 */
class NpmWsCompressionTest {
  /** Bytes of a message, 16 to 128 KiB. */
  private static final int[] SIZES = {16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 131_072};

  private static NodePeers node;
  private static RunningServer demo;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    node = NodePeers.start();
    demo = Demo.start("127.0.0.1", 0);
  }

  @AfterAll
  static void stop() throws IOException {
    if (node != null) {
      node.close();
    }
    if (demo != null) {
      demo.close();
    }
  }

  private static NodePeers.Client connect(Map<String, Object> deflate)
      throws IOException, InterruptedException {
    URI mirror = URI.create("ws://127.0.0.1:" + demo.port() + "/ws/mirror/deflate");
    return node.connectCompressed(mirror, deflate);
  }

  private static Map<String, Object> wishes(boolean serverAlone, boolean clientAlone, int bits) {
    return Map.of(
        "threshold", 0,
        "serverNoContextTakeover", serverAlone,
        "clientNoContextTakeover", clientAlone,
        "serverMaxWindowBits", bits,
        "clientMaxWindowBits", bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
  void the_mirror_gives_back_any_message_with_every_window_and_context(int bits) throws Exception {
    Random random = new Random(bits);
    for (int flags = 0; flags < 4; flags++) {
      boolean serverAlone = (flags & 1) != 0;
      boolean clientAlone = (flags & 2) != 0;
      NodePeers.Client alice = connect(wishes(serverAlone, clientAlone, bits));
      assertThat(alice.extensions())
          .isEqualTo(
              "permessage-deflate"
                  + (serverAlone ? "; server_no_context_takeover" : "")
                  + (clientAlone ? "; client_no_context_takeover" : "")
                  + "; server_max_window_bits="
                  + bits
                  + (bits == 15 ? "" : "; client_max_window_bits=" + bits));
      for (int size : SIZES) {
        for (int kind = 0; kind < 3; kind++) {
          byte[] message = message(random, size, kind);
          alice.says(message).hears(message);
          alice.saysInParts(parts(random, message)).hears(message);
        }
      }
      alice.says("größer 😀".repeat(500)).hears("text", "größer 😀".repeat(500));
      alice.says("").hears("text", "");
      alice.closes(1000, "").hearsClose(1000, "");
    }
  }

  /** Something like JSON, or zeros, or noise. */
  private static byte[] message(Random random, int size, int kind) {
    byte[] message = new byte[size];
    if (kind == 2) {
      random.nextBytes(message);
    } else if (kind == 1) {
      StringBuilder json = new StringBuilder();
      while (json.length() < size) {
        json.append("{\"id\":")
            .append(random.nextInt(1 << 20))
            .append(",\"name\":\"user")
            .append(random.nextInt(50))
            .append("\"},");
      }
      message = json.substring(0, size).getBytes(UTF_8);
    }
    return message;
  }

  private static List<byte[]> parts(Random random, byte[] message) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    while (from < message.length && parts.size() < 20) {
      int to = from + random.nextInt(message.length - from + 1);
      parts.add(Arrays.copyOfRange(message, from, to));
      from = to;
    }
    parts.add(Arrays.copyOfRange(message, from, message.length));
    return parts;
  }

  @Test
  void a_client_that_asks_the_server_for_8_bits_is_served_without_compression() throws Exception {
    connect(Map.of("serverMaxWindowBits", 8))
        .says("x".repeat(5_000))
        .hears("text", "x".repeat(5_000));
  }

  @Test
  void the_settings_of_the_server_are_what_ws_obeys() throws Exception {
    Compression small =
        Compression.defaults().withServerMaxWindowBits(10).withClientMaxWindowBits(9);
    WsHandler mirror = scope -> scope.connection().inbound().forEach(scope.connection()::send);
    String text = "all work and no play ".repeat(1_000);
    try (Serving serving =
        Serving.websockets(
            ws -> ws.route("/", mirror, WsConfig.defaults().withCompression(small)))) {
      NodePeers.Client alice = node.connectCompressed(serving.ws("/"), Map.of());
      assertThat(alice.extensions())
          .isEqualTo(
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                  + "; server_max_window_bits=10; client_max_window_bits=9");
      alice.says(text).hears("text", text).says(text).hears("text", text);
    }
  }

  @Test
  void what_is_sent_and_what_is_published_reach_one_context() throws Exception {
    WsConfig context =
        WsConfig.defaults()
            .withCompression(Compression.defaults().withServerNoContextTakeover(false));
    String text = "all work and no play ".repeat(100);
    WsHandler greeting =
        scope -> {
          scope.service(WsGateway.class).register(scope.connection());
          scope.connection().inbound().forEach(scope.connection()::send);
        };
    try (Serving serving = Serving.websockets(ws -> ws.route("/", greeting, context))) {
      for (int bits : new int[] {9, 12, 15}) {
        NodePeers.Client alice =
            node.connectCompressed(serving.ws("/"), Map.of("serverMaxWindowBits", bits));
        for (int i = 0; i < 20; i++) {
          alice.says(i + text).hears("text", i + text);
          serving.gateway().broadcast(WsMessage.text("to all " + text));
          alice.hears("text", "to all " + text);
        }
        alice.closes(1000, "").hearsClose(1000, "");
      }
    }
  }

  @Test
  void a_message_that_inflates_beyond_the_limit_closes_with_1009() throws Exception {
    WsHandler mirror = scope -> scope.connection().inbound().forEach(scope.connection()::send);
    WsConfig config = WsConfig.defaults().withCompression(Compression.defaults());
    try (Serving serving = Serving.websockets(ws -> ws.route("/", mirror, config))) {
      node.connectCompressed(serving.ws("/"), Map.of())
          .says("x".repeat(1 << 20))
          .hearsClose(1009, "message larger than maxMessageSize (65536 bytes)");
    }
  }
}
