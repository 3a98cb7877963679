package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.ForwardingScope;

/** A request's scope, with who sent it. */
final class ForwardingAuthScope extends ForwardingScope implements AuthRequestScope {
  private final RequestScope request;
  private final AuthContext auth;

  ForwardingAuthScope(RequestScope request, AuthContext auth) {
    super(request);
    this.request = request;
    this.auth = auth;
  }

  @Override
  public AuthContext auth() {
    return auth;
  }

  @Override
  public Request request() {
    return request.request();
  }

  @Override
  public PathParams params() {
    return request.params();
  }

  @Override
  public <T> AuthRequestScope withAttribute(AttributeKey<T> key, T value) {
    return AuthRequestScope.of(request.withAttribute(key, value));
  }

  @Override
  public AuthRequestScope withParams(PathParams params) {
    return new ForwardingAuthScope(request.withParams(params), auth);
  }
}
