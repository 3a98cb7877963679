package dev.phalanx.transport;

import java.io.IOException;

/**
 * Asks hosts for an upgrade: {@link HttpDialer} those of a network, others those of a test. Any
 * thread but a lane; the calling thread waits, and may be interrupted.
 */
public interface Dialer extends AutoCloseable {
  /**
   * Connects, asks, and waits for the answer, whatever its status.
   *
   * @throws IOException that names host and port: if it can't be reached or trusted, or doesn't
   *     answer within the limits of the settings
   * @throws InterruptedException if the calling thread is interrupted; then the connection is
   *     closed
   */
  DialledAnswer dial(UpgradeRequest request, DialConfig config)
      throws IOException, InterruptedException;

  /** Closes every connection, and gives up its threads. */
  @Override
  void close();
}
