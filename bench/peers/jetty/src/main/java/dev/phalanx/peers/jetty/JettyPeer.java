package dev.phalanx.peers.jetty;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty 12, without servlets: listeners that demand the next frame by themselves. */
public final class JettyPeer {
  private static final Map<String, Set<Session>> rooms = new ConcurrentHashMap<>();

  private JettyPeer() {}

  public static void main(String[] arguments) throws Exception {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    ContextHandler context = new ContextHandler("/");
    server.setHandler(context);
    context.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            context,
            container -> {
              container.addMapping("/ws/echo", (request, response, callback) -> new Echo());
              container.addMapping(
                  "/ws/relay/*",
                  (request, response, callback) -> new Relay(request.getHttpURI().getPath()));
            }));
    server.start();
    System.out.println("Serving on http://127.0.0.1:" + connector.getLocalPort());
    server.join();
  }

  /** Sends each text back. */
  public static final class Echo extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String text) {
      getSession().sendText("echo: " + text, Callback.NOOP);
    }
  }

  /** What one says, the others in the room hear. */
  public static final class Relay extends Session.Listener.AbstractAutoDemanding {
    private final Set<Session> room;

    Relay(String path) {
      room = rooms.computeIfAbsent(path, any -> ConcurrentHashMap.newKeySet());
    }

    @Override
    public void onWebSocketOpen(Session session) {
      super.onWebSocketOpen(session);
      room.add(session);
    }

    @Override
    public void onWebSocketText(String text) {
      for (Session each : room) {
        if (each != getSession()) {
          each.sendText(text, Callback.NOOP);
        }
      }
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
      room.remove(getSession());
      callback.succeed();
    }
  }
}
