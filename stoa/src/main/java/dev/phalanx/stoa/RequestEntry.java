package dev.phalanx.stoa;

import dev.phalanx.transport.ExchangeHandler;
import dev.phalanx.transport.HttpExchange;

/** Where requests come in: starts a thread for each. On an event loop, so nothing here blocks. */
record RequestEntry(RequestThreads threads, Router router, Dispatcher dispatcher)
    implements ExchangeHandler {

  @Override
  public void handle(HttpExchange exchange) {
    threads.start(exchange, () -> dispatcher.serve(exchange));
  }

  @Override
  public int bodyLimit(String method, String path, int serverLimit) {
    return router.bodyLimit(method, path);
  }
}
