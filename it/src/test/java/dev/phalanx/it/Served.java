package dev.phalanx.it;

import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.testkit.TestServer;
import java.util.function.UnaryOperator;

/** Servers in memory that have nothing but WebSockets. */
final class Served {
  private Served() {}

  static TestServer websockets(UnaryOperator<WsRouteGroup.Builder> routes) {
    return TestServer.inMemory(
        runner -> runner.withWebsockets(routes.apply(WsRouteGroup.builder()).build()));
  }
}
