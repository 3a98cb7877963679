package dev.phalanx.conformance;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import java.io.IOException;
import java.net.URI;

/**
 * Our client as the suite would have clients driven: it asks how many cases there are, gives back
 * what it hears in each until that one is closed, and asks for the report at the end.
 */
final class MirrorClient implements Autobahn.Client {
  private static final String AGENT = "agent=hermes";

  /** Messages of 16 MiB, and in 65,536 fragments: group 9 goes that far. */
  private static final WsClientConfig ROOMY =
      WsClientConfig.defaults()
          .withWs(ws ->
              ws.withMaxMessageSize(32 << 20)
                  .withMaxFragments(131_072)
                  .withInboundBytes(32 << 20)
                  .withOutboundBytes(64 << 20));

  private final WsClientConfig config;

  private MirrorClient(WsClientConfig config) {
    this.config = config;
  }

  static MirrorClient plain() {
    return new MirrorClient(ROOMY);
  }

  /** Every message is compressed, however small, on both ways with the context of those before. */
  static MirrorClient compressing() {
    return new MirrorClient(
        ROOMY.withCompression(
            Compression.defaults().withThreshold(0).withServerNoContextTakeover(false)));
  }

  @Override
  public void play(URI suite) throws IOException, InterruptedException {
    int cases = caseCount(suite.resolve("/getCaseCount"));
    for (int i = 1; i <= cases; i++) {
      mirror(suite.resolve("/runCase?case=" + i + "&" + AGENT));
    }
    mirror(suite.resolve("/updateReports?" + AGENT));
  }

  private int caseCount(URI uri) throws IOException, InterruptedException {
    try (WsClientConnection connection = WsClient.connect(uri, config)) {
      return Integer.parseInt(connection.inbound().iterator().next().text());
    }
  }

  private void mirror(URI uri) throws IOException, InterruptedException {
    try (WsClientConnection connection = WsClient.connect(uri, config)) {
      for (WsMessage message : connection.inbound()) {
        connection.send(message);
      }
    }
  }
}
