package dev.phalanx.examples;

import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsScope;
import java.time.Duration;
import java.time.Instant;

/** The server speaks first, and goes on by itself. */
final class NotificationsHandler implements WsHandler {
  static final WsConfig CONFIG = WsConfig.defaults().withPingInterval(Duration.ofSeconds(10));

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  @Override
  public void handle(WsScope scope) throws InterruptedException {
    WsConnection conn = scope.connection();
    for (int number = 1; conn.isOpen(); number++) {
      conn.sendJson(new Notification("notification", number, Instant.now().toString()));
      scope.delay(BETWEEN); // ends with the connection
    }
  }

  private record Notification(String type, int number, String at) {}
}
