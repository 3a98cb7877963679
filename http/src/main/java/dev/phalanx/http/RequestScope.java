package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.ExecutionScope;
import org.jspecify.annotations.Nullable;

/**
 * The scope of one request: all of {@link ExecutionScope}, the request, and its path parameters.
 */
public interface RequestScope extends ExecutionScope {
  /** The request. */
  Request request();

  /** The TLS that the request came over, with the client's certificate; null without TLS. */
  default @Nullable TlsSession tls() {
    return attribute(TlsSession.ATTRIBUTE);
  }

  /** What the path pattern's parameters stood for. */
  PathParams params();

  @Override
  <T> RequestScope withAttribute(AttributeKey<T> key, T value);

  /** The same scope seen with other path parameters: for routers. */
  RequestScope withParams(PathParams params);

  /** A scope for a request, on top of a scope that somebody else opens and closes. */
  static RequestScope of(ExecutionScope scope, Request request, PathParams params) {
    return new PlainRequestScope(scope, request, params);
  }
}
