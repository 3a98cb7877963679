package dev.phalanx.styx;

import dev.phalanx.aegis.Scope;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a {@link Channel}: for one consumer, that is, one thread at a time. A thread
 * that receives while another one waits here gets an {@link IllegalStateException} that names the
 * thread which waits.
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
   * As {@link #receive()}, but the scope's end ends the wait.
   *
   * @throws CancellationException if the scope is cancelled and there is nothing to receive;
   *     nothing is lost
   */
  Received<T> receive(Scope scope) throws InterruptedException;

  /**
   * As {@link #receive(Scope)}, with a deadline: unlike a timeout that interrupts, it can't come
   * between the taking of a value and its return.
   *
   * @param deadline in terms of the scope's {@link Scope#time time}
   * @return null if there was nothing up to the deadline
   */
  @Nullable Received<T> receive(Scope scope, long deadline) throws InterruptedException;

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
