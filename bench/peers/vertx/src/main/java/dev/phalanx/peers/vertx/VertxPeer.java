package dev.phalanx.peers.vertx;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Vert.x: handlers are callbacks on the event loop of their verticle. */
public final class VertxPeer extends VerticleBase {
  private static final String RELAY = "/ws/relay/";

  private final Map<String, Set<ServerWebSocket>> rooms = new HashMap<>();

  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    Vertx.vertx()
        .deployVerticle(
            new VertxPeer(), new DeploymentOptions().setConfig(new JsonObject().put("port", port)))
        .onFailure(failure -> {
          failure.printStackTrace();
          System.exit(1);
        });
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer()
        .webSocketHandshakeHandler(handshake -> {
          if (handshake.path().equals("/ws/echo") || handshake.path().startsWith(RELAY)) {
            handshake.accept();
          } else {
            handshake.reject(404);
          }
        })
        .webSocketHandler(socket -> {
          if (socket.path().startsWith(RELAY)) {
            relay(socket);
          } else {
            socket.textMessageHandler(text -> socket.writeTextMessage("echo: " + text));
          }
        })
        .listen(config().getInteger("port"), "127.0.0.1")
        .onSuccess(
            server -> System.out.println("Serving on http://127.0.0.1:" + server.actualPort()));
  }

  private void relay(ServerWebSocket socket) {
    Set<ServerWebSocket> room = rooms.computeIfAbsent(socket.path(), any -> new HashSet<>());
    room.add(socket);
    socket.closeHandler(closed -> room.remove(socket));
    socket.textMessageHandler(text -> {
      for (ServerWebSocket each : room) {
        if (each != socket) {
          each.writeTextMessage(text);
        }
      }
    });
  }
}
