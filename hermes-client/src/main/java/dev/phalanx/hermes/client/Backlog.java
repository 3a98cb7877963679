package dev.phalanx.hermes.client;

import dev.phalanx.hermes.WsMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait while a connection is dialled again, within the bounds of a {@link
 * SendBuffer}. For one thread at a time: its owner has the lock.
 */
final class Backlog {
  private final SendBuffer bounds;
  private final Deque<WsMessage> messages = new ArrayDeque<>();
  private long bytes;

  Backlog(SendBuffer bounds) {
    this.bounds = bounds;
  }

  /**
   * Takes a message in, if there is room, or room can be made.
   *
   * @param dropped is added to: what had to make room
   */
  boolean offer(WsMessage message, List<WsMessage> dropped) {
    if (bounds.messages() == 0) {
      return false;
    }
    while (!hasRoomFor(message)) {
      if (bounds.whenFull() != SendBuffer.WhenFull.DROP_OLDEST) {
        return false;
      }
      dropped.add(remove());
    }
    messages.add(message);
    bytes += message.bytes().length;
    return true;
  }

  private boolean hasRoomFor(WsMessage message) {
    return messages.isEmpty()
        || (messages.size() < bounds.messages()
            && bytes + message.bytes().length <= bounds.bytes());
  }

  /**
   * Puts messages before all others. They had been accepted before, so they stay, whatever the
   * bounds: there are at most as many as a connection's own queue holds.
   */
  void putBack(List<WsMessage> earlier) {
    List<WsMessage> lastFirst = new ArrayList<>(earlier);
    Collections.reverse(lastFirst);
    lastFirst.forEach(message -> {
      messages.addFirst(message);
      bytes += message.bytes().length;
    });
  }

  /** The oldest, taken out; null if there is none. */
  @Nullable WsMessage poll() {
    return messages.isEmpty() ? null : remove();
  }

  private WsMessage remove() {
    WsMessage oldest = messages.remove();
    bytes -= oldest.bytes().length;
    return oldest;
  }

  List<WsMessage> all() {
    return List.copyOf(messages);
  }
}
