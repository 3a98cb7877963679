package dev.phalanx.hermes;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.HandlerResolver;
import dev.phalanx.aegis.Scope;
import dev.phalanx.aegis.ServiceException;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PlatformThreads;
import org.jspecify.annotations.Nullable;

/**
 * A route: where, who, and with which settings.
 *
 * @param type the handler's class, constructed for each connection; null if there is an instance
 * @param instance a handler for all connections; null if there is a class
 * @param threads that its handlers run on; null if they run on virtual threads
 */
record WsRoute(
    PathPattern pattern,
    @Nullable Class<? extends WsHandler> type,
    @Nullable WsHandler instance,
    WsConfig config,
    @Nullable PlatformThreads threads) {

  /** With threads of its own where the settings ask for them. */
  static WsRoute of(
      PathPattern pattern,
      @Nullable Class<? extends WsHandler> type,
      @Nullable WsHandler instance,
      WsConfig config) {
    int limit = config.platformThreads();
    PlatformThreads threads = limit == 0 ? null : PlatformThreads.atMost(limit);
    return new WsRoute(pattern, type, instance, config, threads);
  }

  /** How it is called in messages. */
  String key() {
    return "WS " + pattern;
  }

  void check(HandlerResolver handlers) {
    if (type != null) {
      try {
        handlers.check(type);
      } catch (ServiceException e) {
        throw new ServiceException("Route \"" + key() + "\": " + e.getMessage());
      }
    }
  }

  /**
   * Refuses to hand somebody unknown to a handler that is for those who are known: before the
   * handler is constructed, and while the answer can still be a 500.
   *
   * @throws IllegalStateException that names the route
   */
  void checkGuarded(Scope scope) {
    if (needsAuthentication() && AuthContext.find(scope) == null) {
      throw new IllegalStateException(
          "Route \"" + key() + "\" has an AuthWsHandler, but no Authenticate around it");
    }
  }

  /** Whether its handler is for those who are known. */
  boolean needsAuthentication() {
    return type != null
        ? AuthWsHandler.class.isAssignableFrom(type)
        : instance instanceof AuthWsHandler;
  }

  WsHandler handler(HandlerResolver handlers, Scope scope) {
    return type != null
        ? handlers.construct(type, scope)
        : java.util.Objects.requireNonNull(instance);
  }
}
