package dev.phalanx.styx;

import java.util.Iterator;
import java.util.concurrent.CancellationException;

/**
 * The receiving end of a {@link Channel}: for one consumer, that is, one thread at a time.
 *
 * @param <T> what is received
 */
public interface Source<T> extends Iterable<T> {
  /**
   * Waits for the next value, or for the end.
   *
   * @throws InterruptedException if the calling thread is interrupted while it waits; nothing is
   *     lost
   */
  Received<T> receive() throws InterruptedException;

  /**
   * The values up to the end, for a {@code for} loop; a failed channel's loop ends like a completed
   * one's, and {@link #receive} then tells the difference. Iterating again goes on where the last
   * iterator stood.
   *
   * <p>{@code hasNext} waits; if the thread is interrupted there, it throws a {@link
   * CancellationException} and leaves the thread's interrupt set.
   */
  @Override
  Iterator<T> iterator();
}
