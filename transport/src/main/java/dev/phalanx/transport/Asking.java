package dev.phalanx.transport;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for the answer on a channel that is connected, TLS included, within one limit. On the
 * dialling thread.
 */
record Asking(Dialling dialling, UpgradeRequest request, DialConfig config) {

  /** The answer, whatever its status; who gets none closes the channel. */
  DialledAnswer ask() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + config.handshakeTimeout().toNanos();
    try {
      return await(dialling.answer(), deadline);
    } catch (TimeoutException e) {
      IOException why = new DialFailure(request, config).notAnsweredInTime(dialling.phase());
      dialling.lane().execute(() -> dialling.stopWaiting(why));
    }
    try {
      return dialling.answer().get(); // the lane says at once
    } catch (ExecutionException e) {
      throw failureIn(e);
    }
  }

  /** Waits for what the lane completes, with a value or an {@link IOException}. */
  static <T> T await(CompletableFuture<T> future, long deadline)
      throws IOException, InterruptedException, TimeoutException {
    try {
      return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failureIn(e);
    }
  }

  private static IOException failureIn(ExecutionException e) {
    return e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
  }
}
