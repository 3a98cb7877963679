package dev.phalanx.stoa;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.transport.HttpListener;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers whether a server can do its work: 200 with {@code {"status":"up"}}, or 503 with {@code
 * {"blocked":[…],"status":"down"}} that names the event loops which have not turned for 2 seconds.
 * A probe that gets no answer at all has met such an event loop. Any thread.
 *
 * <pre>{@code
 * Health health = new Health();
 * RouteGroup http = RouteGroup.builder().get("/health", health).build();
 * Runner.from(app).withRoutes(http).withHealth(health).run("0.0.0.0:8080");
 * }</pre>
 */
public final class Health implements HttpHandler {
  private final List<HttpListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * A check that reports the servers of the runners that are given it; up, while there are none.
   */
  public Health() {}

  void watches(HttpListener listener) {
    listeners.add(listener);
  }

  void forgets(HttpListener listener) {
    listeners.remove(listener);
  }

  @Override
  public Response handle(RequestScope scope) {
    List<String> blocked =
        listeners.stream().flatMap(listener -> listener.blockedLoops().stream()).toList();
    return blocked.isEmpty()
        ? Response.json(Map.of("status", "up"))
        : Response.status(503)
            .withJson(new TreeMap<>(Map.of("status", "down", "blocked", blocked)));
  }
}
