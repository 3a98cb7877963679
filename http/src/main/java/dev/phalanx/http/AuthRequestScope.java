package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;

/** The scope of a request of somebody who is known. */
public interface AuthRequestScope extends RequestScope {
  /** Who it is, and what they may do. */
  AuthContext auth();

  @Override
  <T> AuthRequestScope withAttribute(AttributeKey<T> key, T value);

  @Override
  AuthRequestScope withParams(PathParams params);

  /**
   * A request's scope, where {@link Authenticate} has let it pass.
   *
   * @throws IllegalStateException where there was none
   */
  static AuthRequestScope of(RequestScope scope) {
    return new ForwardingAuthScope(scope, AuthContext.of(scope));
  }
}
