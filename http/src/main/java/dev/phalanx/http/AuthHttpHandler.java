package dev.phalanx.http;

/**
 * Answers requests of those who are known. Its route needs an {@link Authenticate} around it;
 * without one, every request is a failure, and it is never called.
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
