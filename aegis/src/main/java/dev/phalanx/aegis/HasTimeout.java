package dev.phalanx.aegis;

import java.time.Duration;

/** A task that says how long it may take, all its attempts together. */
public interface HasTimeout {
  /**
   * The limit, more than nothing. Past it the task's thread is interrupted, and whoever runs it
   * gets a {@link java.util.concurrent.TimeoutException}, as with {@link ExecutionScope#timeout}.
   */
  Duration timeout();
}
