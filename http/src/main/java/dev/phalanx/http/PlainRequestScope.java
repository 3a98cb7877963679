package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.ForwardingScope;

/** A request and its parameters on top of a scope. */
final class PlainRequestScope extends ForwardingScope implements RequestScope {
  private final Request request;
  private final PathParams params;

  PlainRequestScope(ExecutionScope scope, Request request, PathParams params) {
    super(scope);
    this.request = request;
    this.params = params;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public PathParams params() {
    return params;
  }

  @Override
  public <T> RequestScope withAttribute(AttributeKey<T> key, T value) {
    return new PlainRequestScope(delegate().withAttribute(key, value), request, params);
  }

  @Override
  public RequestScope withParams(PathParams other) {
    return new PlainRequestScope(delegate(), request, other);
  }
}
