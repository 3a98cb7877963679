package dev.phalanx.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Middleware in its order, each once. */
final class MiddlewareChain {
  private MiddlewareChain() {}

  static HttpHandler of(Iterable<Middleware> middleware, HttpHandler handler) {
    LinkedHashSet<Middleware> once = new LinkedHashSet<>();
    middleware.forEach(once::add);
    List<Middleware> outermostFirst = new ArrayList<>(once);
    HttpHandler chain = handler;
    for (Middleware each : outermostFirst.reversed()) {
      HttpHandler next = chain;
      chain = scope -> each.handle(scope, next);
    }
    return chain;
  }
}
