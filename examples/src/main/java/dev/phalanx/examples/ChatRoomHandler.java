package dev.phalanx.examples;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;
import java.util.Map;

/** A chat room: what one says, the others hear; who comes and goes is announced. */
final class ChatRoomHandler implements WsHandler {
  private final WsGateway gateway;
  private final Rooms rooms;

  ChatRoomHandler(WsGateway gateway, Rooms rooms) {
    this.gateway = gateway;
    this.rooms = rooms;
  }

  @Override
  public void handle(WsScope scope) {
    WsConnection conn = scope.connection();
    String topic = rooms.topicOf(scope.params().get("room"));
    gateway.subscribe(conn, topic);
    gateway.publish(topic, WsMessage.json(Map.of("type", "join", "id", conn.id())), conn);
    try {
      for (WsMessage msg : conn.inbound()) {
        if (msg.isText()) {
          gateway.publish(topic, msg, conn);
        }
      }
    } finally {
      gateway.unregister(conn);
      gateway.publish(topic, WsMessage.json(Map.of("type", "leave", "id", conn.id())));
    }
  }
}
