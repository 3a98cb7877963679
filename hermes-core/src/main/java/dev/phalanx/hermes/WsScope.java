package dev.phalanx.hermes;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;

/**
 * The scope of a connection: the connection, the request that opened it, and all of a scope. It is
 * cancelled when the peer has gone and the handler has read what it left, or {@link
 * WsConfig#closeTimeout} after the peer left; its hooks run when the handler has returned and the
 * connection is closed.
 */
public interface WsScope extends RequestScope {
  /** The connection. */
  WsConnection connection();

  /** The settings of its route. */
  default WsConfig config() {
    return connection().config();
  }

  @Override
  <T> WsScope withAttribute(AttributeKey<T> key, T value);

  @Override
  WsScope withParams(PathParams params);
}
