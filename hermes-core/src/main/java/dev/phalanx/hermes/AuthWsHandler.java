package dev.phalanx.hermes;

import dev.phalanx.http.Authenticate;

/**
 * What a connection of somebody who is known does. Its route needs an {@link Authenticate} around
 * it, or another middleware that {@linkplain dev.phalanx.http.Middleware#authenticates()
 * authenticates}: without one, the server doesn't start. Where such a middleware lets somebody
 * unknown pass, the upgrade is a failure that the log explains, answered with a 500.
 *
 * <p>A {@link dev.phalanx.aegis.ForbiddenException} that is not caught closes with 1008.
 */
@FunctionalInterface
public interface AuthWsHandler extends WsHandler {
  /** Runs for as long as the connection matters to it; see {@link WsHandler#handle(WsScope)}. */
  void handle(AuthWsScope scope) throws Exception;

  @Override
  default void handle(WsScope scope) throws Exception {
    handle(AuthWsScope.of(scope));
  }
}
