package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.http.ForwardingRequestScope;
import dev.phalanx.http.PathParams;

/** A connection's scope, with who is at its other end. */
final class AuthConnectionScope extends ForwardingRequestScope implements AuthWsScope {
  private final WsScope scope;
  private final AuthContext auth;

  AuthConnectionScope(WsScope scope, AuthContext auth) {
    super(scope);
    this.scope = scope;
    this.auth = auth;
  }

  @Override
  public AuthContext auth() {
    return auth;
  }

  @Override
  public WsConnection connection() {
    return scope.connection();
  }

  @Override
  public <T> AuthWsScope withAttribute(AttributeKey<T> key, T value) {
    return AuthWsScope.of(scope.withAttribute(key, value));
  }

  @Override
  public AuthWsScope withParams(PathParams params) {
    return new AuthConnectionScope(scope.withParams(params), auth);
  }
}
