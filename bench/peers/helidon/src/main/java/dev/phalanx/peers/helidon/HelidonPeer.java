package dev.phalanx.peers.helidon;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Helidon 4: a virtual thread for each connection, which reads and writes a blocking socket. */
public final class HelidonPeer {
  private static final Map<String, Map<WsSession, ReentrantLock>> rooms = new ConcurrentHashMap<>();

  private HelidonPeer() {}

  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(port)
            .addRouting(
                WsRouting.builder()
                    .endpoint("/ws/echo", Echo::new)
                    .endpoint("/ws/relay/{room}", Relay::new))
            .build()
            .start();
    System.out.println("Serving on http://127.0.0.1:" + server.port());
  }

  /** Sends each text back. */
  private static final class Echo implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send("echo: " + text, last);
    }
  }

  /** What one says, the others in the room hear. One thread at a time may write to a session. */
  private static final class Relay implements WsListener {
    private Map<WsSession, ReentrantLock> room = Map.of();

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      room = rooms.computeIfAbsent(prologue.uriPath().path(), any -> new ConcurrentHashMap<>());
      return Optional.empty();
    }

    @Override
    public void onOpen(WsSession session) {
      room.put(session, new ReentrantLock());
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      room.forEach((each, lock) -> {
        if (each != session) {
          lock.lock();
          try {
            each.send(text, last);
          } finally {
            lock.unlock();
          }
        }
      });
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
      room.remove(session);
    }

    @Override
    public void onError(WsSession session, Throwable failure) {
      room.remove(session);
    }
  }
}
