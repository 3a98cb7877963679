package dev.phalanx.stoa;

import dev.phalanx.transport.ExchangeHandler;
import dev.phalanx.transport.HttpExchange;
import java.util.Set;

/** Where requests come in: starts a thread for each. On an event loop, so nothing here blocks. */
record RequestEntry(RequestThreads running, Router router, Dispatcher dispatcher)
    implements ExchangeHandler {

  @Override
  public void handle(HttpExchange exchange) {
    running.start(exchange, () -> dispatcher.serve(exchange));
  }

  @Override
  public int bodyLimit(String method, String path, int serverLimit) {
    return router.bodyLimit(method, path);
  }

  @Override
  public Set<Thread> threads() {
    return running.running();
  }
}
