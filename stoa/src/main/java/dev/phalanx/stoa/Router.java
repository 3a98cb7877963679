package dev.phalanx.stoa;

import dev.phalanx.aegis.HandlerResolver;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.Response;
import dev.phalanx.transport.ExchangeHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request. Built at start-up; any thread. */
final class Router {
  /** RFC 9110, section 9.1, and RFC 5789. */
  private static final Set<String> STANDARD_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private final Map<String, PathTable<Route>> byMethod = new HashMap<>();
  private final List<RouteGroup.Guard> guards;
  private final int serverBodyLimit;

  /**
   * Checks that all handlers can be constructed.
   *
   * @param serverBodyLimit the largest body, in bytes, of routes that set no other limit
   * @throws dev.phalanx.aegis.ServiceException that names the route whose handler can't be
   * @throws IllegalStateException that names the route whose handler needs an authenticated user,
   *     while nothing around it authenticates
   */
  Router(RouteGroup group, HandlerResolver handlers, int serverBodyLimit) {
    this.serverBodyLimit = serverBodyLimit;
    this.guards = group.guards();
    for (Route route : group.routes()) {
      route.check(handlers);
      if (route.needsAuthentication()) {
        checkAuthenticated(route.key(), route.pattern());
      }
      byMethod.computeIfAbsent(route.method(), m -> new PathTable<>()).add(route.pattern(), route);
    }
  }

  /**
   * Checks that middleware which authenticates may stand around a route.
   *
   * @throws IllegalStateException that names the route around which there is none
   */
  void checkAuthenticated(String route, PathPattern pattern) {
    boolean guarded =
        guards.stream()
            .filter(guard -> guard.prefix().couldBePrefixOf(pattern))
            .flatMap(guard -> guard.middleware().stream())
            .anyMatch(Middleware::authenticates);
    if (!guarded) {
      throw new IllegalStateException(
          "Route \"%s\" has a handler for authenticated users, but nothing around it authenticates: "
                  .formatted(route)
              + "add .wrap(Authenticate.by(…)) to its group; a middleware of your own that sets "
              + "AuthContext.KEY must return true from authenticates()");
    }
  }

  /** Whether the method is one of the standard ones, or a route has it. */
  boolean knows(String method) {
    return STANDARD_METHODS.contains(method) || byMethod.containsKey(method);
  }

  /** Middleware for whatever is asked for at a path. */
  List<Middleware> middleware(List<String> path) {
    List<Middleware> all = new ArrayList<>();
    for (RouteGroup.Guard guard : guards) {
      if (guard.prefix().isPrefixOf(path)) {
        all.addAll(guard.middleware());
      }
    }
    return all;
  }

  /** The route; null where there is none for this method. */
  PathTable.@Nullable Match<Route> find(String method, List<String> path) {
    PathTable<Route> table = byMethod.get(method);
    PathTable.Match<Route> match = table == null ? null : table.find(path);
    return match == null && method.equals("HEAD") ? find("GET", path) : match;
  }

  /**
   * The largest body that a route for this path may accept, in bytes, or {@link
   * ExchangeHandler#NO_BODY} if there is none. Called on an event loop: so no pattern's regular
   * expression runs here, and where one would have to decide, the larger limit is the answer.
   */
  int bodyLimit(String method, String path) {
    List<String> segments;
    try {
      segments = PathPattern.segmentsOf(path);
    } catch (HttpException e) {
      return ExchangeHandler.NO_BODY; // no path: the dispatcher will say so
    }
    int limit = ExchangeHandler.NO_BODY;
    PathTable<Route> table = byMethod.get(method);
    if (table != null) {
      for (Route route : table.candidates(segments)) {
        limit = Math.max(limit, route.bodyLimit(serverBodyLimit));
      }
    }
    return limit == ExchangeHandler.NO_BODY && method.equals("HEAD")
        ? bodyLimit("GET", path)
        : limit;
  }

  /**
   * Checks the size of a body against its route's own limit.
   *
   * @throws HttpException 413 if the body is larger
   */
  void checkBody(Route route, byte[] body) {
    int limit = route.bodyLimit(serverBodyLimit);
    if (body.length > limit) {
      throw new HttpException(413, "the body is larger than maxBodyBytes (" + limit + " bytes)");
    }
  }

  /** A 405 with the methods that the path has; null where it has none. */
  @Nullable Response otherMethods(List<String> path) {
    TreeSet<String> allowed = new TreeSet<>();
    byMethod.forEach((method, table) -> {
      if (table.find(path) != null) {
        allowed.add(method);
      }
    });
    if (allowed.isEmpty()) {
      return null;
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    return Response.error(405, "this path has other methods")
        .withHeader("Allow", String.join(", ", allowed));
  }
}
