package dev.phalanx.http;

import dev.phalanx.aegis.Application;
import java.util.List;

/** Takes requests that become something else, on the same port: WebSocket is one. */
public interface Upgrader {
  /** What a request names in its {@code Upgrade} header to get here (RFC 9110, section 7.8). */
  String protocol();

  /**
   * The patterns of its paths. At start-up, two upgraders of one protocol that take the same paths
   * are an error; for a request, the upgrader with the most specific pattern is asked first.
   */
  default List<PathPattern> paths() {
    return List.of();
  }

  /**
   * Those of its {@link #paths} whose handlers need an {@link dev.phalanx.aegis.AuthContext} that
   * no middleware of its own provides. The server doesn't start if none around it does either.
   */
  default List<PathPattern> unauthenticated() {
    return List.of();
  }

  /**
   * Called once, at start-up: patterns must be sound and handlers constructible.
   *
   * @throws RuntimeException that names the route which is not; the server doesn't start then
   */
  void bind(Application application);

  /**
   * Answers a request, on its virtual thread; may block. It is asked first when the request asks
   * for its {@link #protocol}, and otherwise when no HTTP route knows the path.
   */
  Upgrade upgrade(RequestScope scope) throws Exception;
}
