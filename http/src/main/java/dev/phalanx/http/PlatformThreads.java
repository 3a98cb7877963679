package dev.phalanx.http;

import dev.phalanx.aegis.ExecutionScope;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs handlers on platform threads: for handlers that compute for long, or call native code that
 * blocks. On a virtual thread, such a handler occupies a processor's carrier thread, and other
 * handlers wait. Each call has a thread of its own, at most a given number at once; a platform
 * thread reserves 1 MiB of address space for its stack (JVM option {@code -Xss}).
 *
 * <p>As {@link Middleware}, it runs the HTTP handlers inside of it so, and answers 503 when all
 * threads are busy:
 *
 * <pre>{@code
 * RouteGroup.builder().wrap(PlatformThreads.atMost(8)).post("/thumbnails", ScaleImage.class).build();
 * }</pre>
 *
 * <p>Around a WebSocket, it runs only the handshake so; the handler has a setting of its own,
 * {@code WsConfig.onPlatformThreads}. Any thread.
 */
public final class PlatformThreads implements Middleware {
  /** What a peer is told when all threads are busy. */
  public static final String NONE_FREE = "too many requests are being worked on: try again later";

  /** All threads are busy. */
  public static final class NoneFreeException extends Exception {
    private static final long serialVersionUID = 1;

    private NoneFreeException() {
      super(NONE_FREE, null, false, false);
    }

    @Override
    public String getMessage() {
      return NONE_FREE;
    }
  }

  private final int limit;
  private final AtomicInteger running = new AtomicInteger();

  private PlatformThreads(int limit) {
    this.limit = limit;
  }

  /**
   * So many threads at once.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public static PlatformThreads atMost(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("platformThreads must be at least 1, not " + limit);
    }
    return new PlatformThreads(limit);
  }

  /** Whether a call would find a free thread now. */
  public boolean hasFree() {
    return running.get() < limit;
  }

  /**
   * Does work on a platform thread, and waits for its end. Interrupts of the calling thread go on
   * to that thread; the call still waits until the work ends.
   *
   * @param name the thread's
   * @throws NoneFreeException if all threads are busy; nothing was done
   * @throws Exception what the work threw
   */
  public <T extends @Nullable Object> T call(String name, Callable<T> work) throws Exception {
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      throw new NoneFreeException();
    }
    try {
      FutureTask<T> task = new FutureTask<>(work);
      Thread thread = Thread.ofPlatform().daemon().name(name).start(task);
      return await(task, thread);
    } finally {
      running.decrementAndGet();
    }
  }

  private static <T extends @Nullable Object> T await(FutureTask<T> task, Thread thread)
      throws Exception {
    while (true) {
      try {
        return task.get();
      } catch (InterruptedException e) {
        thread.interrupt();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (Exception) e.getCause();
      }
    }
  }

  @Override
  public Response handle(RequestScope scope, HttpHandler next) throws Exception {
    try {
      return call(
          scope.request().toString(),
          () -> ExecutionScope.callIn(scope, same -> next.handle(scope)));
    } catch (NoneFreeException e) {
      return Response.error(503, NONE_FREE);
    }
  }
}
