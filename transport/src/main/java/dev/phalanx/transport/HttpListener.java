package dev.phalanx.transport;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What brings requests to an {@link ExchangeHandler} until it is closed: {@link HttpServer} those
 * of a port, others those of a test. Any thread but a lane.
 */
public interface HttpListener extends AutoCloseable {
  /** Where it listens. Unresolved if that is no address of a network. */
  InetSocketAddress address();

  /**
   * The event loops that have not turned for 2 seconds, each with what is known: for a health
   * check. Empty while all is well.
   */
  default List<String> blockedLoops() {
    return List.of();
  }

  /**
   * Brings no more requests: what is idle is closed, what is being answered is closed with the
   * answer. Upgraded connections stay. Idempotent.
   */
  void stopAccepting();

  /** Closes every connection, and gives up its threads. Waits for a few seconds at most. */
  @Override
  void close();
}
