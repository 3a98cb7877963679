package dev.phalanx.stoa;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.Request;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Upgrader;
import dev.phalanx.transport.HttpExchange;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request, on its own virtual thread: a scope is opened, middleware runs, a route
 * or an upgrader answers; and where that is an upgrade, the same thread runs the session.
 */
final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);

  /** The path of {@code OPTIONS *}: only middleware of the whole server stands around it. */
  private static final List<String> ROOT = List.of("");

  private final Application application;
  private final Router router;
  private final Upgraders upgraders;
  private final Sessions sessions;

  Dispatcher(Application application, Router router, Upgraders upgraders, Sessions sessions) {
    this.application = application;
    this.router = router;
    this.upgraders = upgraders;
    this.sessions = sessions;
  }

  void serve(HttpExchange exchange) {
    Request request = exchange.request();
    AtomicReference<Upgrade.@Nullable Session> session = new AtomicReference<>();
    try (OwnedScope scope = application.openScope(request.toString())) {
      exchange.onAbandoned(() -> Thread.startVirtualThread(() -> peerHasGone(scope)));
      Response response = answer(exchange, scopeOf(exchange, scope), session);
      Upgrade.Session accepted = session.get();
      if (accepted == null || response.status() != 101) {
        exchange.respond(response);
      } else {
        exchange.upgrade(response, accepted);
        sessions.run(accepted);
      }
    }
  }

  /**
   * Not on the event loop: a token's lock, and that of the application's token above, is one that
   * handlers wait for.
   */
  private static void peerHasGone(OwnedScope scope) {
    scope.cancellation().cancel("the peer has gone", Runnable::run);
  }

  private static RequestScope scopeOf(HttpExchange exchange, OwnedScope scope) {
    RequestScope plain = RequestScope.of(scope, exchange.request(), PathParams.none());
    TlsSession tls = exchange.tls();
    return tls == null ? plain : plain.withAttribute(TlsSession.ATTRIBUTE, tls);
  }

  /** Never fails: what goes wrong is a response too. */
  private Response answer(
      HttpExchange exchange,
      RequestScope scope,
      AtomicReference<Upgrade.@Nullable Session> session) {
    Request request = scope.request();
    try {
      request.checkTarget();
      boolean ofServer = isOfServer(request);
      List<String> path = ofServer ? ROOT : PathPattern.segmentsOf(request.path());
      HttpHandler end =
          ofServer
              ? passed -> Response.status(204)
              : passed -> dispatch(exchange, passed, path, session);
      HttpHandler whole = Middleware.around(router.middleware(path), end);
      Response response = ExecutionScope.callIn(scope, same -> whole.handle(scope));
      boolean upgrades = response.status() == 101 && session.get() != null;
      if (response.status() < 200 && !upgrades) {
        throw new IllegalStateException(
            "a handler or middleware answered " + response.status() + ", which is no final status");
      }
      return response;
    } catch (HttpException e) {
      log.debug("{}: {} {}", request, e.status(), e.getMessage());
      return e.response();
    } catch (Throwable e) { // of a handler: an Error, too, must be answered
      boolean cancelled = e instanceof CancellationException && scope.isCancelled();
      if (!cancelled && !(e instanceof InterruptedException)) {
        log.error("The handler of {} failed", request, e);
      }
      return Response.error(500, "the server failed");
    }
  }

  /** {@code OPTIONS *} asks about the server as a whole (RFC 9110, section 9.3.7). */
  private static boolean isOfServer(Request request) {
    return request.method().equals("OPTIONS") && request.target().equals("*");
  }

  private Response dispatch(
      HttpExchange exchange,
      RequestScope scope,
      List<String> path,
      AtomicReference<Upgrade.@Nullable Session> session)
      throws Exception {
    HttpException refusal = exchange.refusal();
    if (refusal != null) {
      throw refusal;
    }
    Request request = scope.request();
    if (!router.knows(request.method())) {
      return Response.error(501, "this server doesn't know the method");
    }
    Response upgraded = upgrade(scope, path, session, true);
    if (upgraded != null) {
      return upgraded;
    }
    PathTable.Match<Route> match = router.find(request.method(), path);
    if (match != null) {
      Thread self = Thread.currentThread();
      self.setName(self.getName() + " " + match.value().key()); // for reports that name the route
      router.checkBody(match.value(), request.body());
      HttpHandler handler = match.value().handler(application.handlers(), scope);
      RequestScope own = scope.withParams(match.params());
      Response response = ExecutionScope.callIn(own, same -> handler.handle(own));
      if (response == null) {
        throw new IllegalStateException(
            "the handler of route \"" + match.value().key() + "\" returned null");
      }
      return response;
    }
    Response other = router.otherMethods(path);
    if (other == null) {
      other = upgrade(scope, path, session, false); // a path that has nothing else says so itself
    }
    if (other != null) {
      return other;
    }
    log.debug("{}: 404, no such path", request);
    return Response.error(404, "no such path");
  }

  /** Asks the upgraders whose protocol the request asks for, or the others. */
  private @Nullable Response upgrade(
      RequestScope scope,
      List<String> path,
      AtomicReference<Upgrade.@Nullable Session> session,
      boolean asked)
      throws Exception {
    for (Upgrader upgrader : upgraders.inOrder(path)) {
      if (scope.request().asksToUpgradeTo(upgrader.protocol()) != asked) {
        continue;
      }
      switch (upgrader.upgrade(scope)) {
        case null -> throw new IllegalStateException(upgrader + " returned null");
        case Upgrade.Accepted accepted -> {
          session.set(accepted.session());
          return accepted.handshake();
        }
        case Upgrade.Rejected rejected -> {
          return rejected.response();
        }
        case Upgrade.NotMine notMine -> {}
      }
    }
    return null;
  }
}
