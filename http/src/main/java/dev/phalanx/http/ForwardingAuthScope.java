package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;

/** A request's scope, with who sent it. */
final class ForwardingAuthScope extends ForwardingRequestScope implements AuthRequestScope {
  private final AuthContext auth;

  ForwardingAuthScope(RequestScope request, AuthContext auth) {
    super(request);
    this.auth = auth;
  }

  @Override
  public AuthContext auth() {
    return auth;
  }

  @Override
  public <T> AuthRequestScope withAttribute(AttributeKey<T> key, T value) {
    return AuthRequestScope.of(delegate().withAttribute(key, value));
  }

  @Override
  public AuthRequestScope withParams(PathParams params) {
    return new ForwardingAuthScope(delegate().withParams(params), auth);
  }
}
