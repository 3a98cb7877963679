package dev.phalanx.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds hosts, by the system's resolver. That can neither be interrupted nor be told a limit, so it
 * has a virtual thread of its own, which may outlast the question.
 */
final class HostNames {
  private HostNames() {}

  /**
   * The addresses of a host, the preferred first; an address is its own.
   *
   * @throws UnknownHostException if it has none
   * @throws SocketTimeoutException if that isn't known in time
   */
  static List<InetAddress> addressesOf(String host, Duration limit)
      throws IOException, InterruptedException {
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    Thread.ofVirtual().name("resolve " + host).start(() -> resolve(host, found));
    try {
      return found.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("cannot find " + host + " within connectTimeout");
    } catch (ExecutionException | CompletionException e) {
      UnknownHostException unknown = new UnknownHostException("cannot find the host " + host);
      unknown.initCause(e.getCause());
      throw unknown;
    }
  }

  private static void resolve(String host, CompletableFuture<List<InetAddress>> found) {
    try {
      found.complete(List.of(InetAddress.getAllByName(host)));
    } catch (UnknownHostException | SecurityException e) {
      found.completeExceptionally(e);
    }
  }
}
