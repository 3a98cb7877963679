package dev.phalanx.transport;

/** Is given every request. Called on the lane: it must not block, but start a thread that does. */
@FunctionalInterface
public interface ExchangeHandler {
  /** Sees to an answer, sooner or later. */
  void handle(HttpExchange exchange);
}
