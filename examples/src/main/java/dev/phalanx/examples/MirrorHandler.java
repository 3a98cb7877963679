package dev.phalanx.examples;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;

/** Sends each message back as it is, text as text and binary as binary. */
final class MirrorHandler implements WsHandler {
  /** Messages of up to 32 MiB, in up to 131,072 fragments: conformance suites go that far. */
  static final WsConfig CONFIG =
      WsConfig.defaults()
          .withMaxMessageSize(32 << 20)
          .withMaxFragments(131_072)
          .withInboundBytes(32 << 20)
          .withOutboundBytes(64 << 20);

  /** The same, compressed as the peer wishes and however small: again for conformance suites. */
  static final WsConfig DEFLATE_CONFIG =
      CONFIG.withCompression(
          Compression.defaults()
              .withThreshold(0)
              .withServerNoContextTakeover(false)
              .withClientNoContextTakeover(false));

  @Override
  public void handle(WsScope scope) {
    for (WsMessage msg : scope.connection().inbound()) {
      scope.connection().send(msg);
    }
  }
}
