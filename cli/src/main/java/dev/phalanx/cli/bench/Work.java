package dev.phalanx.cli.bench;

import java.io.IOException;

/** One kind of load. For one thread, which runs it. */
interface Work {
  /**
   * Opens what is needed.
   *
   * @throws RefusedException if the server opens no WebSocket
   * @throws IOException if it can't be reached
   */
  void open() throws IOException, InterruptedException;

  /** Begins. */
  void start();

  /** Looks after those who wait for something; called a few times a second. */
  default void check() {}

  /** Whether nothing more can come of it. */
  boolean isOver();

  /** How many connections were opened for it; those that come and go are not counted. */
  int opened();

  /** Sends no more, and closes in good order. */
  void stop() throws InterruptedException;
}
