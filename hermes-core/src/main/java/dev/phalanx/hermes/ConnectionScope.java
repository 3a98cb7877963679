package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.ForwardingScope;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.Request;
import dev.phalanx.http.RequestScope;

/** A request's scope, with the connection that it became. */
final class ConnectionScope extends ForwardingScope implements WsScope {
  private final RequestScope request;
  private final WsConnection connection;

  ConnectionScope(RequestScope request, WsConnection connection) {
    super(request);
    this.request = request;
    this.connection = connection;
  }

  @Override
  public WsConnection connection() {
    return connection;
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
  public <T> WsScope withAttribute(AttributeKey<T> key, T value) {
    return new ConnectionScope(request.withAttribute(key, value), connection);
  }

  @Override
  public WsScope withParams(PathParams params) {
    return new ConnectionScope(request.withParams(params), connection);
  }
}
