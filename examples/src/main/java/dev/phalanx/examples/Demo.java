package dev.phalanx.examples;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.Health;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;

/** The demo application: what {@code ./hermes serve} serves. */
public final class Demo {
  private Demo() {}

  /**
   * Starts it.
   *
   * @param port 0 for any free one
   * @throws IOException if the address can't be listened at
   */
  public static RunningServer start(String host, int port) throws IOException {
    return start(host, port, HttpServerConfig.defaults());
  }

  /** Starts it with settings of the server's; as {@link #start(String, int)}. */
  public static RunningServer start(String host, int port, HttpServerConfig config)
      throws IOException {
    return runner().withConfig(config).start(host, port);
  }

  /** The application with its routes, ready to be served. */
  public static Runner runner() {
    return routes(Runner.from(Application.starting().providers(services()).compile()));
  }

  /** Its services. */
  public static ServiceBundle services() {
    return services -> services.singleton(Rooms.class);
  }

  /** Its routes, for a runner of an application that has its services. */
  public static Runner routes(Runner runner) {
    Health health = new Health();
    RouteGroup http =
        RouteGroup.builder()
            .get("/", new DemoPage())
            .get("/health", health)
            .get("/api/rooms", ListRooms.class)
            .post("/api/rooms", CreateRoom.class)
            .get("/api/rooms/{room}", ShowRoom.class)
            .build();

    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/ws/echo", EchoHandler.class)
            .route("/ws/mirror", MirrorHandler.class, MirrorHandler.CONFIG)
            .route("/ws/mirror/deflate", MirrorHandler.class, MirrorHandler.DEFLATE_CONFIG)
            .route("/ws/rooms/{room}", ChatRoomHandler.class)
            .route("/ws/relay/{room}", RelayHandler.class)
            .route("/ws/users/{id:\\d+}/feed", UserFeedHandler.class)
            .route("/ws/notifications", NotificationsHandler.class, NotificationsHandler.CONFIG)
            .build();

    return runner.withRoutes(http).withHealth(health).withWebsockets(ws);
  }
}
