package dev.phalanx.aegis;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What a unit of work has in its hand: services, attributes, cancellation, and clean-up. Every
 * method may be called from any thread.
 */
public interface Scope {
  /** What it is called in logs and thread names. */
  String name();

  /**
   * A service: the application's own one, or, where it is registered as {@link Services#scoped},
   * the one of this unit of work, made when first asked for and disposed of with it.
   *
   * @throws ServiceException if none is registered for the type, or it can't be constructed
   */
  <T> T service(Class<T> type);

  /** The value of an attribute; null where it isn't set. */
  <T> @Nullable T attribute(AttributeKey<T> key);

  /** The same scope (one lifetime, one cancellation), seen with one attribute more. */
  <T> Scope withAttribute(AttributeKey<T> key, T value);

  /** Whether the work is still wanted. */
  CancellationToken cancellation();

  /** The clock by which this scope waits. */
  TimeSource time();

  /** Whether the work is no longer wanted. */
  default boolean isCancelled() {
    return cancellation().isCancelled();
  }

  /**
   * Returns if the work is still wanted.
   *
   * @throws CancellationException otherwise
   */
  default void throwIfCancelled() {
    cancellation().throwIfCancelled();
  }

  /**
   * Runs a hook when the scope ends, the last registered first, each even if another failed; the
   * scope is {@linkplain ExecutionScope#current current} in it. Hooks run on a virtual thread of
   * their own, which nothing cancels; together they have a limit ({@link
   * ExecutionScope#DISPOSE_LIMIT}) after which that thread is interrupted. If the scope has ended
   * already, the hook runs now, on the calling thread.
   */
  void onDispose(Hook hook);

  /** Clean-up. */
  @FunctionalInterface
  interface Hook {
    /** Cleans up; what it throws is logged and stops no other hook. */
    void run() throws Exception;
  }
}
