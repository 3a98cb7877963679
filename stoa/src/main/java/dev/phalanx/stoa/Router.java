package dev.phalanx.stoa;

import dev.phalanx.aegis.HandlerResolver;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request. Built at start-up; any thread. */
final class Router {
  private final Map<String, PathTable<Route>> byMethod = new HashMap<>();
  private final List<RouteGroup.Guard> guards;

  /**
   * Checks that all handlers can be constructed.
   *
   * @throws dev.phalanx.aegis.ServiceException that names the route whose handler can't be
   */
  Router(RouteGroup group, HandlerResolver handlers) {
    this.guards = group.guards();
    for (Route route : group.routes()) {
      route.check(handlers);
      byMethod.computeIfAbsent(route.method(), m -> new PathTable<>()).add(route.pattern(), route);
    }
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
