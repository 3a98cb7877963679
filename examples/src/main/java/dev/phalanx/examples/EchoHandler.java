package dev.phalanx.examples;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;

/** Sends each text back, with {@code echo: } before it. */
final class EchoHandler implements WsHandler {
  @Override
  public void handle(WsScope scope) {
    WsConnection conn = scope.connection();
    for (WsMessage msg : conn.inbound()) {
      conn.send(WsMessage.text("echo: " + msg.text()));
    }
  }
}
