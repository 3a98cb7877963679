package dev.phalanx.examples;

import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;

/** A user's feed: says whose it is, then passes on what anyone posts to it. */
final class UserFeedHandler implements WsHandler {
  private final WsGateway gateway;

  UserFeedHandler(WsGateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public void handle(WsScope scope) {
    WsConnection conn = scope.connection();
    long user = scope.params().getLong("id");
    String topic = "users." + user;
    gateway.subscribe(conn, topic);
    conn.sendJson(new Opened("feed", user));
    for (WsMessage msg : conn.inbound()) {
      gateway.publish(topic, WsMessage.json(new Post("post", user, msg.text())));
    }
  }

  private record Opened(String type, long user) {}

  private record Post(String type, long user, String text) {}
}
