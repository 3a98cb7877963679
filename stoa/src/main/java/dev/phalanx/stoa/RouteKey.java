package dev.phalanx.stoa;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.PathPattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code "GET /api/rooms"}. */
final class RouteKey {
  private RouteKey() {}

  static Route parse(
      String key,
      @Nullable Class<? extends HttpHandler> type,
      @Nullable HttpHandler instance,
      RouteConfig config) {
    int space = key.indexOf(' ');
    String method = space < 0 ? "" : key.substring(0, space);
    if (!method.matches("[A-Z]+")) {
      throw new IllegalArgumentException(
          "Route \"" + key + "\": it must begin with a method and a space, as in \"GET /path\"");
    }
    try {
      PathPattern pattern = PathPattern.of(key.substring(space + 1).strip());
      return new Route(method, pattern, type, instance, config);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Route \"" + key + "\": " + e.getMessage(), e);
    }
  }
}
