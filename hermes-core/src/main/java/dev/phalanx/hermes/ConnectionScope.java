package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.http.ForwardingRequestScope;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;

/** A request's scope, with the connection that it became. */
final class ConnectionScope extends ForwardingRequestScope implements WsScope {
  private final WsConnection connection;

  ConnectionScope(RequestScope request, WsConnection connection) {
    super(request);
    this.connection = connection;
  }

  @Override
  public WsConnection connection() {
    return connection;
  }

  @Override
  public <T> WsScope withAttribute(AttributeKey<T> key, T value) {
    return new ConnectionScope(delegate().withAttribute(key, value), connection);
  }

  @Override
  public WsScope withParams(PathParams params) {
    return new ConnectionScope(delegate().withParams(params), connection);
  }
}
