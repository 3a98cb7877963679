package dev.phalanx.http;

/**
 * Stands around handlers: lets a request pass, with attributes added or not, or answers itself.
 *
 * <p>It is the same for WebSocket: {@code next} then answers 101, whose headers may be added to,
 * and the handler runs after the 101 has gone out, in the scope that was passed on. A middleware
 * that answers itself has refused the upgrade.
 *
 * <p>Called on the request's own virtual thread: it may block.
 */
@FunctionalInterface
public interface Middleware {
  /** Answers, by {@code next.handle(scope)} or by itself. */
  Response handle(RequestScope scope, HttpHandler next) throws Exception;

  /**
   * Whether it lets nobody pass without an {@link dev.phalanx.aegis.AuthContext}. Routes of an
   * {@link AuthHttpHandler}, or of its like for WebSocket, need such a middleware around them: the
   * server looks for one at start.
   */
  default boolean authenticates() {
    return false;
  }

  /**
   * A handler with middleware around it, the first outermost; the same object twice counts once.
   */
  static HttpHandler around(Iterable<Middleware> middleware, HttpHandler handler) {
    return MiddlewareChain.of(middleware, handler);
  }
}
