package dev.phalanx.hermes;

import java.util.List;

/**
 * The text and binary messages that a connection accepted and the operating system didn't take, in
 * the order in which they were accepted; final once the wire is closed.
 *
 * @param waiting of which no byte was handed over: the peer has not seen them
 * @param inDoubt which were being handed over: the peer may have them, or not
 */
public record Unsent(List<WsMessage> waiting, List<WsMessage> inDoubt) {
  /** Takes both lists as they are now. */
  public Unsent {
    waiting = List.copyOf(waiting);
    inDoubt = List.copyOf(inDoubt);
  }
}
