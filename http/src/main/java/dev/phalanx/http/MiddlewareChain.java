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
      chain = scope -> answerOf(each, scope, next);
    }
    return chain;
  }

  private static Response answerOf(Middleware middleware, RequestScope scope, HttpHandler next)
      throws Exception {
    Response response = middleware.handle(scope, next);
    if (response == null) {
      throw new IllegalStateException(
          "the middleware " + middleware.getClass().getName() + " returned null");
    }
    return response;
  }
}
