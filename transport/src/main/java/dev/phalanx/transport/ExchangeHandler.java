package dev.phalanx.transport;

import java.util.Set;

/** Receives every request. Called on an event loop: no method may block. */
@FunctionalInterface
public interface ExchangeHandler {
  /** {@link #bodyLimit}: no route takes the request, so the server drops its body. */
  int NO_BODY = -1;

  /** Starts the work on a request, on another thread, that answers it sooner or later. */
  void handle(HttpExchange exchange);

  /**
   * Returns how many bytes of body a request may have. Called for each request with a body, once
   * its head has arrived and before its body is read.
   *
   * <p>A request whose body is larger, or for which no body is accepted, is given to {@link
   * #handle} at once and without a body; the server drops the rest of its body.
   *
   * @param method the method, as sent
   * @param path the path, as sent, without the query
   * @param serverLimit the server's own limit, for routes that set no other
   * @return a number of bytes, or {@link #NO_BODY}
   */
  default int bodyLimit(String method, String path, int serverLimit) {
    return serverLimit;
  }

  /** The threads that work on requests now: a copy, for reports. Any thread. */
  default Set<Thread> threads() {
    return Set.of();
  }
}
