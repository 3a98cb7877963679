package dev.phalanx.it;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.testkit.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.UnaryOperator;

/** A server of a test's own on a free port, for whoever comes by a socket. */
record Serving(TestServer tested) implements AutoCloseable {

  static Serving of(UnaryOperator<Runner> description) throws IOException {
    try {
      return new Serving(TestServer.onPort(description));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static Serving websockets(UnaryOperator<WsRouteGroup.Builder> routes) throws IOException {
    return of(runner -> runner.withWebsockets(routes.apply(WsRouteGroup.builder()).build()));
  }

  static Serving http(UnaryOperator<RouteGroup.Builder> routes) throws IOException {
    return of(runner -> runner.withRoutes(routes.apply(RouteGroup.builder()).build()));
  }

  Application application() {
    return tested.application();
  }

  RunningServer server() {
    return tested.running();
  }

  WsGateway gateway() {
    return tested.service(WsGateway.class);
  }

  /** A raw socket to it. */
  Peer peer() throws IOException {
    return Peer.of(server());
  }

  URI http(String path) {
    return tested.http(path);
  }

  URI ws(String path) {
    return tested.ws(path);
  }

  /** Goes down, so that foreign peers leave too; fails if something is left behind even so. */
  @Override
  public void close() {
    server().close();
    tested.close();
  }
}
