package dev.phalanx.http;

/** Answers a request. Called on the request's own virtual thread: it may block. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers.
   *
   * @param scope ends when the response has been given back
   * @throws HttpException for a refusal with a status
   * @throws Exception for a failure: logged, and the peer gets a 500 that says no more
   */
  Response handle(RequestScope scope) throws Exception;
}
