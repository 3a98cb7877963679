package dev.phalanx.transport;

import java.time.Duration;

/**
 * The settings of a server. Immutable; {@link #defaults()} and the {@code with…} methods make one.
 *
 * @param eventLoops how many lanes
 * @param maxRequestLine bytes of a request's first line; a longer one is a 414
 * @param maxHeaderBytes bytes of all headers of a request; more are a 431
 * @param maxBodyBytes bytes of a request's body; a larger one is a 413
 * @param requestTimeout how long the head of a request may take to arrive, and then its body,
 *     before it is a 408; the opening handshake is such a request
 * @param idleTimeout how long a connection is kept open between requests
 * @param responseTimeout how long the peer may take to read a response
 * @param backlog connections that wait to be accepted
 */
public record HttpServerConfig(
    int eventLoops,
    int maxRequestLine,
    int maxHeaderBytes,
    int maxBodyBytes,
    Duration requestTimeout,
    Duration idleTimeout,
    Duration responseTimeout,
    int backlog) {

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bound
   */
  public HttpServerConfig {
    atLeast("eventLoops", eventLoops, 1);
    atLeast("maxRequestLine", maxRequestLine, 64);
    atLeast("maxHeaderBytes", maxHeaderBytes, 256);
    atLeast("maxBodyBytes", maxBodyBytes, 0);
    atLeast("backlog", backlog, 1);
    positive("requestTimeout", requestTimeout);
    positive("idleTimeout", idleTimeout);
    positive("responseTimeout", responseTimeout);
  }

  private static void atLeast(String setting, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(setting + " must be at least " + least + ", not " + value);
    }
  }

  private static void positive(String setting, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(setting + " must be more than nothing, not " + value);
    }
  }

  /**
   * An event loop a processor, 8 KiB and 16 KiB of head, 1 MiB of body, 10 s, 60 s, 30 s, 4,096.
   */
  public static HttpServerConfig defaults() {
    return new HttpServerConfig(
        Runtime.getRuntime().availableProcessors(),
        8 << 10,
        16 << 10,
        1 << 20,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        4_096);
  }

  /** The same with another number of lanes. */
  public HttpServerConfig withEventLoops(int eventLoops) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another bound on the first line. */
  public HttpServerConfig withMaxRequestLine(int maxRequestLine) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another bound on the headers. */
  public HttpServerConfig withMaxHeaderBytes(int maxHeaderBytes) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another bound on the body. */
  public HttpServerConfig withMaxBodyBytes(int maxBodyBytes) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another limit for a request to arrive. */
  public HttpServerConfig withRequestTimeout(Duration requestTimeout) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another limit between requests. */
  public HttpServerConfig withIdleTimeout(Duration idleTimeout) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another limit for a response to be read. */
  public HttpServerConfig withResponseTimeout(Duration responseTimeout) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }

  /** The same with another number of connections that wait to be accepted. */
  public HttpServerConfig withBacklog(int backlog) {
    return new HttpServerConfig(
        eventLoops,
        maxRequestLine,
        maxHeaderBytes,
        maxBodyBytes,
        requestTimeout,
        idleTimeout,
        responseTimeout,
        backlog);
  }
}
