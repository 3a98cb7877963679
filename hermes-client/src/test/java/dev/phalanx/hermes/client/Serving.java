package dev.phalanx.hermes.client;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.net.URI;
import java.util.function.UnaryOperator;

/** The house's own server on a free port. */
record Serving(Application application, RunningServer server) implements AutoCloseable {
  static Serving of(UnaryOperator<WsRouteGroup.Builder> routes, HttpServerConfig config)
      throws IOException {
    Application application = Application.starting().compile();
    Runner runner =
        Runner.from(application)
            .withWebsockets(routes.apply(WsRouteGroup.builder()).build())
            .withConfig(config);
    return new Serving(application, runner.start("127.0.0.1", 0));
  }

  static Serving at(String path, WsHandler handler) throws IOException {
    return of(routes -> routes.route(path, handler), HttpServerConfig.defaults());
  }

  static Serving at(String path, WsHandler handler, WsConfig config) throws IOException {
    return of(routes -> routes.route(path, handler, config), HttpServerConfig.defaults());
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
