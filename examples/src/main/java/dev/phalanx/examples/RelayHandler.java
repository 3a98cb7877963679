package dev.phalanx.examples;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;

/** A chat room without announcements: what one says, the others hear. */
final class RelayHandler implements WsHandler {
  private final WsGateway gateway;

  RelayHandler(WsGateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public void handle(WsScope scope) {
    WsConnection conn = scope.connection();
    String topic = "relay." + scope.params().get("room");
    gateway.subscribe(conn, topic);
    for (WsMessage msg : conn.inbound()) {
      gateway.publish(topic, msg, conn);
    }
  }
}
