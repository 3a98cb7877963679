package dev.phalanx.hermes;

/**
 * What a connection does: plain blocking code, on a virtual thread of the connection's own. A class
 * is constructed for each connection, so its fields are the connection's; a lambda is shared by
 * all.
 */
@FunctionalInterface
public interface WsHandler {
  /**
   * Runs for as long as the connection matters to it. When it returns, the connection is closed
   * with 1000, if it is still open.
   *
   * @throws WsMessageException uncaught, closes with its code: the peer's mistake
   * @throws Exception anything else is ours: it is logged, and closes with 1011
   */
  void handle(WsScope scope) throws Exception;
}
