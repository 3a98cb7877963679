package dev.phalanx.stoa;

import dev.phalanx.aegis.HandlerResolver;
import dev.phalanx.aegis.Scope;
import dev.phalanx.aegis.ServiceException;
import dev.phalanx.http.AuthHttpHandler;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.PathPattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A route: which method and path, and who answers.
 *
 * @param type the handler's class, constructed for each request; null if there is an instance
 * @param instance a handler for all requests; null if there is a class
 * @param config its settings
 */
record Route(
    String method,
    PathPattern pattern,
    @Nullable Class<? extends HttpHandler> type,
    @Nullable HttpHandler instance,
    RouteConfig config) {

  String key() {
    return method + " " + pattern;
  }

  /** The same at another place. */
  Route at(PathPattern other) {
    return new Route(method, other, type, instance, config);
  }

  /** The largest body that it accepts, in bytes. */
  int bodyLimit(int serverLimit) {
    Integer own = config.maxBodyBytes();
    return own == null ? serverLimit : own;
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

  /** Whether its handler is for those who are known. */
  boolean needsAuthentication() {
    return type != null
        ? AuthHttpHandler.class.isAssignableFrom(type)
        : instance instanceof AuthHttpHandler;
  }

  HttpHandler handler(HandlerResolver handlers, Scope scope) {
    return type != null ? handlers.construct(type, scope) : Objects.requireNonNull(instance);
  }
}
