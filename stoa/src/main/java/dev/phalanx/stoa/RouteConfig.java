package dev.phalanx.stoa;

import org.jspecify.annotations.Nullable;

/**
 * The settings of an HTTP route. Immutable; {@link #defaults()} and the {@code with…} methods make
 * one.
 *
 * @param maxBodyBytes the largest body that the route accepts, in bytes: a larger one is a 413;
 *     null for the server's own limit, {@code HttpServerConfig.maxBodyBytes}
 */
public record RouteConfig(@Nullable Integer maxBodyBytes) {
  private static final RouteConfig DEFAULTS = new RouteConfig(null);

  /**
   * Checks the setting.
   *
   * @throws IllegalArgumentException that names the setting and its bound
   */
  public RouteConfig {
    if (maxBodyBytes != null && maxBodyBytes < 0) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 0, not " + maxBodyBytes);
    }
  }

  /** The server's limit for bodies. */
  public static RouteConfig defaults() {
    return DEFAULTS;
  }

  /** The same with a limit of its own for bodies, below or above the server's. */
  public RouteConfig withMaxBodyBytes(int maxBodyBytes) {
    return new RouteConfig(maxBodyBytes);
  }
}
