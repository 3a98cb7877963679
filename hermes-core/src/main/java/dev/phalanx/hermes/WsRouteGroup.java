package dev.phalanx.hermes;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceException;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.PlatformThreads;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Upgrader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Leads upgrades to handlers.
 *
 * <pre>{@code
 * WsRouteGroup.builder()
 *     .route("/ws/echo", EchoHandler.class)
 *     .route("/ws/rooms/{room}", ChatRoomHandler.class, WsConfig.defaults().withMaxMessageSize(4096))
 *     .build();
 * }</pre>
 *
 * <p>Of two routes that match a path, the more specific is taken: segment by segment, a literal
 * goes before a parameter with an expression, which goes before one without; where that doesn't
 * decide, the route that was added first.
 *
 * <p>Immutable once built; {@link #upgrade} may be called from any thread.
 */
public final class WsRouteGroup implements Upgrader {
  private final PathTable<WsRoute> routes;
  private final List<Middleware> middleware;
  private final RefusalLog refusals = new RefusalLog();
  private volatile @Nullable Application application;

  private WsRouteGroup(PathTable<WsRoute> routes, List<Middleware> middleware) {
    this.routes = routes;
    this.middleware = middleware;
  }

  /** Begins to describe a group. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String protocol() {
    return "websocket";
  }

  @Override
  public List<PathPattern> paths() {
    List<PathPattern> paths = new ArrayList<>();
    routes.values().forEach(route -> paths.add(route.pattern()));
    return paths;
  }

  @Override
  public List<PathPattern> unauthenticated() {
    List<PathPattern> paths = new ArrayList<>();
    for (WsRoute route : routes.values()) {
      if (route.needsAuthentication()
          && middleware.stream().noneMatch(Middleware::authenticates)
          && route.config().middleware().stream().noneMatch(Middleware::authenticates)) {
        paths.add(route.pattern());
      }
    }
    return paths;
  }

  /**
   * Checks that the handlers of all routes can be constructed.
   *
   * @throws ServiceException that names the route whose handler can't be
   * @throws IllegalStateException if the group serves another application already
   */
  @Override
  public void bind(Application bound) {
    Application before = application;
    if (before != null && before != bound) {
      throw new IllegalStateException("a WsRouteGroup serves one application: build another group");
    }
    routes.values().forEach(route -> route.check(bound.handlers()));
    ConnectionIds
        .next(); // draws the secret, and loads the classes, before any connection needs them
    application = bound;
  }

  @Override
  public Upgrade upgrade(RequestScope scope) throws Exception {
    Application bound = application;
    if (bound == null) {
      throw new IllegalStateException("bind() must come before upgrade()");
    }
    var match = routes.find(PathPattern.segmentsOf(scope.request().path()));
    if (match == null) {
      return new Upgrade.NotMine();
    }
    WsRoute route = match.value();
    AtomicReference<@Nullable WsSession> session = new AtomicReference<>();
    HttpHandler handshake = passed -> handshake(bound, route, passed, session);
    List<Middleware> around = new ArrayList<>(middleware);
    around.addAll(route.config().middleware());
    Response response =
        Middleware.around(around, handshake).handle(scope.withParams(match.params()));
    WsSession accepted = session.get();
    return accepted != null && response.status() == 101
        ? new Upgrade.Accepted(response, accepted)
        : new Upgrade.Rejected(response);
  }

  private Response handshake(
      Application bound,
      WsRoute route,
      RequestScope scope,
      AtomicReference<@Nullable WsSession> session) {
    ServerHandshake handshake = ServerHandshake.of(scope.request(), route.config());
    if (handshake.isAccepted()) {
      route.checkGuarded(scope);
      if (route.threads() != null && !route.threads().hasFree()) {
        return Response.error(503, PlatformThreads.NONE_FREE);
      }
      WsHandler handler = route.handler(bound.handlers(), scope);
      session.set(new WsSession(route, handler, scope, bound.time(), handshake));
    } else {
      refusals.refused(route, scope.request(), handshake.response());
    }
    return handshake.response();
  }

  /** Describes a group. Not for use by several threads. */
  public static final class Builder {
    private final PathTable<WsRoute> routes = new PathTable<>();
    private final List<Middleware> middleware = new ArrayList<>();

    private Builder() {}

    /**
     * A route whose handler is constructed for each connection, with services in its constructor.
     *
     * @param key a path pattern ({@link PathPattern}), with {@code "WS "} before it or without
     * @throws IllegalArgumentException if the pattern is malformed, or nothing could decide between
     *     it and another route's
     */
    public Builder route(String key, Class<? extends WsHandler> handler) {
      return route(key, handler, WsConfig.defaults());
    }

    /** The same with settings of its own. */
    public Builder route(String key, Class<? extends WsHandler> handler, WsConfig config) {
      return add(WsRoute.of(pattern(key), handler, null, config));
    }

    /** A route whose handler needs nothing injected: one object, usually a lambda, for all. */
    public Builder route(String key, WsHandler handler) {
      return route(key, handler, WsConfig.defaults());
    }

    /** The same with settings of its own. */
    public Builder route(String key, WsHandler handler, WsConfig config) {
      return add(WsRoute.of(pattern(key), null, handler, config));
    }

    /**
     * Middleware around the upgrade of every route, before the route's own; the first outermost.
     */
    public Builder wrap(Middleware... around) {
      middleware.addAll(List.of(around));
      return this;
    }

    /** The group. */
    public WsRouteGroup build() {
      return new WsRouteGroup(routes, List.copyOf(middleware));
    }

    private Builder add(WsRoute route) {
      try {
        routes.add(route.pattern(), route);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("Route \"" + route.key() + "\": " + e.getMessage(), e);
      }
      return this;
    }

    private static PathPattern pattern(String key) {
      try {
        return PathPattern.of(key.startsWith("WS ") ? key.substring(3).strip() : key);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("Route \"" + key + "\": " + e.getMessage(), e);
      }
    }
  }
}
