package dev.phalanx.it;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.util.function.UnaryOperator;

/** A server of a test's own on a free port, with the application behind it. */
record Serving(Application application, RunningServer server) implements AutoCloseable {

  static Serving of(UnaryOperator<Runner> description) throws IOException {
    Application application = Application.starting().compile();
    try {
      Runner runner = description.apply(Runner.from(application));
      return new Serving(application, runner.start("127.0.0.1", 0));
    } catch (IOException | RuntimeException e) {
      application.close();
      throw e;
    }
  }

  static Serving websockets(UnaryOperator<WsRouteGroup.Builder> routes) throws IOException {
    return of(runner -> runner.withWebsockets(routes.apply(WsRouteGroup.builder()).build()));
  }

  static Serving http(UnaryOperator<RouteGroup.Builder> routes) throws IOException {
    return of(runner -> runner.withRoutes(routes.apply(RouteGroup.builder()).build()));
  }

  WsGateway gateway() {
    return application.service(WsGateway.class);
  }

  /** A raw socket to it. */
  Peer peer() throws IOException {
    return Peer.of(server);
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + server.port() + path);
  }

  @Override
  public void close() {
    server.close();
    application.close();
  }
}
