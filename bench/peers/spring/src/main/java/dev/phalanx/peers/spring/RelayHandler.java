package dev.phalanx.peers.spring;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** What one says, the others in the room hear. */
class RelayHandler extends TextWebSocketHandler {
  private static final int SEND_TIME_LIMIT = 10_000; // ms
  private static final int BUFFER_SIZE_LIMIT = 1 << 20;

  private final Map<String, Map<String, WebSocketSession>> rooms = new ConcurrentHashMap<>();

  private Map<String, WebSocketSession> roomOf(WebSocketSession session) {
    return rooms.computeIfAbsent(session.getUri().getPath(), any -> new ConcurrentHashMap<>());
  }

  @Override
  public void afterConnectionEstablished(WebSocketSession session) {
    roomOf(session)
        .put(
            session.getId(),
            new ConcurrentWebSocketSessionDecorator(session, SEND_TIME_LIMIT, BUFFER_SIZE_LIMIT));
  }

  @Override
  protected void handleTextMessage(WebSocketSession session, TextMessage message)
      throws IOException {
    for (WebSocketSession each : roomOf(session).values()) {
      if (!each.getId().equals(session.getId())) {
        each.sendMessage(message);
      }
    }
  }

  @Override
  public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
    roomOf(session).remove(session.getId());
  }
}
