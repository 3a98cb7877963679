package dev.phalanx.hermes;

import java.util.List;

/**
 * The text and binary messages that a client's connection accepted, and of which it is not known
 * that the server received them, in the order in which they were accepted; final once the wire is
 * closed. Every accepted message that is not here has reached the server's endpoint.
 *
 * @param waiting not sent: the server can't have them whole
 * @param inDoubt unknown: they were written, and no Pong has confirmed them (see {@link
 *     DeliveryConfig}), so the server may have received them, or not
 * @param forgotten how many more messages are in doubt, written before those of {@code inDoubt} and
 *     no longer kept
 */
public record Unsent(List<WsMessage> waiting, List<WsMessage> inDoubt, long forgotten) {
  /** Takes both lists as they are now. */
  public Unsent {
    waiting = List.copyOf(waiting);
    inDoubt = List.copyOf(inDoubt);
  }

  /** No message at all. */
  public static Unsent none() {
    return new Unsent(List.of(), List.of(), 0);
  }

  /** Whether there is no such message. */
  public boolean isEmpty() {
    return waiting.isEmpty() && inDoubt.isEmpty() && forgotten == 0;
  }
}
