package dev.phalanx.http;

/**
 * Answers requests of those who are known. Its route needs an {@link Authenticate} around it, or
 * another middleware that {@linkplain Middleware#authenticates() authenticates}: without one, the
 * server doesn't start. The handler is never called for somebody who isn't known.
 */
@FunctionalInterface
public interface AuthHttpHandler extends HttpHandler {
  /** Answers; see {@link HttpHandler#handle(RequestScope)}. */
  Response handle(AuthRequestScope scope) throws Exception;

  @Override
  default Response handle(RequestScope scope) throws Exception {
    return handle(AuthRequestScope.of(scope));
  }
}
