package dev.phalanx.stoa;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leads requests to handlers.
 *
 * <pre>{@code
 * RouteGroup.builder()
 *     .wrap(new RequestLog())
 *     .get("/api/rooms", ListRooms.class)
 *     .post("/api/rooms", CreateRoom.class)
 *     .mount("/admin", adminRoutes)
 *     .build();
 * }</pre>
 *
 * <p>Of two routes that match a path, the more specific answers: segment by segment, a literal goes
 * before a parameter with an expression, which goes before one without; where that doesn't decide,
 * the route that was added first, at its own place or with the group that was mounted.
 *
 * <p>A group's middleware stands around every request for a path below the group, whether a route
 * matches or not, and around the upgrades there too: so nothing passes by it. Immutable once built.
 */
public final class RouteGroup {
  private final List<Route> routes;
  private final List<Guard> guards;

  private RouteGroup(List<Route> routes, List<Guard> guards) {
    this.routes = routes;
    this.guards = guards;
  }

  /** Begins to describe a group. */
  public static Builder builder() {
    return new Builder();
  }

  List<Route> routes() {
    return routes;
  }

  /** Middleware by path, the outermost first. */
  List<Guard> guards() {
    return guards;
  }

  /** Middleware around all that is below a prefix. */
  record Guard(PathPattern prefix, List<Middleware> middleware) {}

  /** Describes a group. Not for use by several threads. */
  public static final class Builder {
    private static final PathPattern ROOT = PathPattern.of("/");

    private final List<Route> routes = new ArrayList<>();
    private final List<Middleware> middleware = new ArrayList<>();
    private final List<Guard> mounted = new ArrayList<>();
    private final Map<String, PathTable<Route>> seen = new HashMap<>();

    private Builder() {}

    /** GET, and HEAD unless that has a route of its own; the handler is made for each request. */
    public Builder get(String pattern, Class<? extends HttpHandler> handler) {
      return route("GET " + pattern, handler);
    }

    /** GET, and HEAD unless that has a route of its own. */
    public Builder get(String pattern, HttpHandler handler) {
      return route("GET " + pattern, handler);
    }

    /** POST; the handler is made for each request. */
    public Builder post(String pattern, Class<? extends HttpHandler> handler) {
      return route("POST " + pattern, handler);
    }

    /** POST. */
    public Builder post(String pattern, HttpHandler handler) {
      return route("POST " + pattern, handler);
    }

    /** PUT; the handler is made for each request. */
    public Builder put(String pattern, Class<? extends HttpHandler> handler) {
      return route("PUT " + pattern, handler);
    }

    /** PUT. */
    public Builder put(String pattern, HttpHandler handler) {
      return route("PUT " + pattern, handler);
    }

    /** PATCH; the handler is made for each request. */
    public Builder patch(String pattern, Class<? extends HttpHandler> handler) {
      return route("PATCH " + pattern, handler);
    }

    /** PATCH. */
    public Builder patch(String pattern, HttpHandler handler) {
      return route("PATCH " + pattern, handler);
    }

    /** DELETE; the handler is made for each request. */
    public Builder delete(String pattern, Class<? extends HttpHandler> handler) {
      return route("DELETE " + pattern, handler);
    }

    /** DELETE. */
    public Builder delete(String pattern, HttpHandler handler) {
      return route("DELETE " + pattern, handler);
    }

    /**
     * A route whose handler is constructed for each request, with services in its constructor.
     *
     * @param key a method and a path pattern: {@code "GET /api/rooms/{room}"}
     * @throws IllegalArgumentException if the key is malformed, or nothing could decide between it
     *     and another one
     */
    public Builder route(String key, Class<? extends HttpHandler> handler) {
      return route(key, handler, RouteConfig.defaults());
    }

    /** The same with settings of its own. */
    public Builder route(String key, Class<? extends HttpHandler> handler, RouteConfig config) {
      return add(RouteKey.parse(key, handler, null, config));
    }

    /** A route whose handler needs nothing injected: one object, usually a lambda, for all. */
    public Builder route(String key, HttpHandler handler) {
      return route(key, handler, RouteConfig.defaults());
    }

    /** The same with settings of its own. */
    public Builder route(String key, HttpHandler handler, RouteConfig config) {
      return add(RouteKey.parse(key, null, handler, config));
    }

    /** Middleware around all of this group, the first outermost. */
    public Builder wrap(Middleware... around) {
      middleware.addAll(List.of(around));
      return this;
    }

    /**
     * Another group's routes below a prefix, inside of this group's middleware. The group's route
     * {@code "/"} answers at the prefix itself, with a slash at its end and without: mounted at
     * {@code "/admin"}, at {@code /admin} and {@code /admin/}. A slash at the end of the prefix
     * means nothing.
     *
     * @throws IllegalArgumentException if the prefix is malformed, or nothing could decide between
     *     two routes
     */
    public Builder mount(String prefix, RouteGroup group) {
      PathPattern base = PathPattern.of(prefix.replaceFirst("(?<=.)/+$", ""));
      for (Route route : group.routes()) {
        if (route.pattern().equals(ROOT) && !base.equals(ROOT)) {
          add(route.at(base));
        }
        add(route.at(route.pattern().under(base)));
      }
      for (Guard guard : group.guards()) {
        PathPattern below = guard.prefix().equals(ROOT) ? base : guard.prefix().under(base);
        mounted.add(new Guard(below, guard.middleware()));
      }
      return this;
    }

    /** The group. */
    public RouteGroup build() {
      List<Guard> guards = new ArrayList<>();
      if (!middleware.isEmpty()) {
        guards.add(new Guard(ROOT, List.copyOf(middleware)));
      }
      guards.addAll(mounted);
      return new RouteGroup(List.copyOf(routes), List.copyOf(guards));
    }

    private Builder add(Route route) {
      try {
        seen.computeIfAbsent(route.method(), method -> new PathTable<>())
            .add(route.pattern(), route);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("Route \"" + route.key() + "\": " + e.getMessage(), e);
      }
      routes.add(route);
      return this;
    }
  }
}
