package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.http.AuthRequestScope;
import dev.phalanx.http.Authenticate;
import dev.phalanx.http.PathParams;

/**
 * The scope of a connection of somebody who is known. {@link #auth} says who they were when they
 * connected: it doesn't change, however long the connection lasts, and whatever becomes of the
 * token that they came with.
 */
public interface AuthWsScope extends WsScope, AuthRequestScope {
  @Override
  <T> AuthWsScope withAttribute(AttributeKey<T> key, T value);

  @Override
  AuthWsScope withParams(PathParams params);

  /**
   * A connection's scope, where {@link Authenticate} has let its upgrade pass.
   *
   * @throws IllegalStateException where there was none
   */
  static AuthWsScope of(WsScope scope) {
    return new AuthConnectionScope(scope, AuthContext.of(scope));
  }
}
