package dev.phalanx.hermes;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.ForbiddenException;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.PlatformThreads;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.rfc6455.Side;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upgraded connection: opened on its lane, run on its virtual thread. */
final class WsSession implements Upgrade.Session {
  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private final String route;
  private final String path;
  private final WsHandler handler;
  private final WsConfig config;
  private final @Nullable PlatformThreads threads; // null: the handler runs on the session's own
  private final RequestScope scope;
  private final TimeSource time;
  private final ServerHandshake agreed;
  private volatile @Nullable WsConnection connection;

  WsSession(
      WsRoute route,
      WsHandler handler,
      RequestScope scope,
      TimeSource time,
      ServerHandshake agreed) {
    this.route = route.key();
    this.path = route.pattern().toString();
    this.config = route.config();
    this.threads = route.threads();
    this.handler = handler;
    this.scope = scope;
    this.time = time;
    this.agreed = agreed;
  }

  @Override
  public WireHandler open(Wire wire) {
    String id = ConnectionIds.next();
    Link link =
        new Link(Side.SERVER, id, config, wire, scope.cancellation(), agreed.deflate(), null);
    connection = new WsConnection(id, config, agreed.subprotocol(), time, link);
    return link;
  }

  /** The connection, once the wire is open. */
  WsConnection connection() {
    WsConnection open = connection;
    if (open == null) {
      throw new IllegalStateException("open() must come first");
    }
    return open;
  }

  @Override
  public void run() {
    WsConnection open = connection();
    String name = "ws " + path + " " + open.id();
    Thread.currentThread().setName(name);
    try {
      WsScope own = new ConnectionScope(scope, open);
      if (threads == null) {
        handle(own);
      } else {
        threads.call(name, () -> handle(own));
      }
      open.close();
    } catch (PlatformThreads.NoneFreeException e) {
      open.close(WsCloseCode.TRY_AGAIN_LATER, e.getMessage()); // first: to log may fail, or wait
      log.debug("{}: {}", open.id(), e.getMessage());
    } catch (WsMessageException e) {
      open.close(e.closeCode(), e.getMessage());
      log.debug("{}: {} {}", open.id(), e.closeCode(), e.getMessage());
    } catch (ForbiddenException e) {
      open.close(WsCloseCode.POLICY_VIOLATION, "you may not do this");
      log.debug("{}: forbidden, {}", open.id(), e.getMessage());
    } catch (HttpException e) {
      refuse(open, e);
    } catch (Throwable e) { // of a handler: an Error, too, must close its connection
      boolean isOurDoing = isOurDoing(e, open); // asked while it may be open
      open.close(WsCloseCode.INTERNAL_ERROR, "the server failed");
      if (!isOurDoing) {
        log.error("The handler of {} failed on connection {}", route, open.id(), e);
      }
    } finally {
      leave(open);
      open.link().awaitGone(time);
    }
  }

  /** Whatever fails: no connection stays open that has no handler. */
  private static void leave(WsConnection open) {
    Link link = open.link();
    boolean isLeft = false;
    try {
      if (link.closed() != null) {
        open.close(); // no news; but if an Error has struck the close() before, this one goes on
      }
      link.handlerReturned();
      isLeft = link.closed() != null;
    } finally {
      if (!isLeft) {
        link.cutOff();
      }
    }
  }

  /** As for a request: what is wrong with it is the peer's fault, but for a status of 5xx. */
  private void refuse(WsConnection open, HttpException e) {
    if (e.status() < 500) {
      open.close(WsCloseCode.POLICY_VIOLATION, e.getMessage());
      log.debug("{}: {} {}", open.id(), e.status(), e.getMessage());
    } else {
      open.close(WsCloseCode.INTERNAL_ERROR, "the server failed");
      log.error(
          "The handler of {} failed on connection {}: {} {}",
          route,
          open.id(),
          e.status(),
          e.getMessage());
    }
  }

  private @Nullable Void handle(WsScope own) throws Exception {
    own.connection().link().handlerStarts();
    return ExecutionScope.<@Nullable Void>callIn(
        own,
        same -> {
          handler.handle(own);
          return null;
        });
  }

  /** Whether a handler ended because the connection did, or the server does: nothing to report. */
  private boolean isOurDoing(Throwable e, WsConnection open) {
    return (e instanceof CancellationException || e instanceof InterruptedException)
        && (scope.isCancelled() || !open.isOpen());
  }

  @Override
  public void goAway() {
    WsConnection open = connection;
    if (open != null) {
      open.close(WsCloseCode.GOING_AWAY, "the server is going down");
    }
  }

  @Override
  public void cutOff() {
    WsConnection open = connection;
    if (open != null) {
      open.link().cutOff();
    }
  }
}
