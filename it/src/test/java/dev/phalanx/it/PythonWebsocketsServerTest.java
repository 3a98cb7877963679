package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import java.net.URI;
import java.util.Iterator;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our client talks to Python's {@code websockets} as the server. */
class PythonWebsocketsServerTest {
  private static final int TERMS = 28; // 7 windows, 4 combinations of context takeover
  private static final int[] SIZES = {0, 1, 16, 125, 126, 1_024, 32_767, 65_536, 131_072};

  @Test
  void every_message_comes_back_with_every_window_and_context() throws Exception {
    Process python = Python.find().serve();
    try (var said = python.inputReader()) {
      for (int i = 0; i < TERMS; i++) {
        talkBy(said.readLine());
      }
      python.getOutputStream().close();
      assertThat(python.waitFor()).as("ended without an exception").isZero();
    } finally {
      python.destroyForcibly();
    }
  }

  /** By a line of the server's: BITS SERVER_ALONE CLIENT_ALONE PORT. */
  private static void talkBy(String line) throws Exception {
    String[] words = line.split(" ");
    int bits = Integer.parseInt(words[0]);
    Compression wishes =
        Compression.defaults()
            .withThreshold(0)
            .withServerMaxWindowBits(bits)
            .withClientMaxWindowBits(bits)
            .withServerNoContextTakeover(words[1].equals("True"))
            .withClientNoContextTakeover(words[2].equals("True"));
    WsClientConfig config =
        WsClientConfig.defaults()
            .withWs(ws -> ws.withMaxMessageSize(1 << 18).withInboundBytes(1 << 20))
            .withCompression(wishes);
    try (WsClientConnection connection =
        WsClient.connect(URI.create("ws://127.0.0.1:" + words[3] + "/"), config)) {
      assertThat(connection.isCompressed()).as(line).isTrue();
      talk(connection);
    }
  }

  private static void talk(WsClientConnection connection) {
    Iterator<WsMessage> messages = connection.inbound().iterator();
    for (int size : SIZES) {
      String text = "message of %d: é€😀; ".formatted(size).repeat(size / 20);
      byte[] noise = new byte[size];
      new Random(size).nextBytes(noise);
      connection.sendText(text);
      connection.sendBinary(noise);
      assertThat(messages.next().text()).isEqualTo(text);
      assertThat(messages.next().text()).as("in parts").isEqualTo(text);
      assertThat(messages.next().bytes()).isEqualTo(noise);
      assertThat(messages.next().bytes()).as("in parts").isEqualTo(noise);
    }
  }
}
