package dev.phalanx.transport;

import dev.phalanx.http.ReceiveBudget;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server. Immutable; {@link #defaults()} and the {@code with…} methods make one.
 *
 * @param eventLoops how many lanes
 * @param ownsProcess whether the process is this server's alone: then the server keeps handlers
 *     that compute from starving the others, and may end the process ({@link #withProcess})
 * @param maxRequestLine bytes of a request's first line; a longer one is a 414
 * @param maxHeaderBytes bytes of all headers of a request; more are a 431
 * @param maxBodyBytes bytes of a request's body, on routes that set no other limit; a larger one is
 *     a 413
 * @param receiveBudget bytes of unfinished bodies and messages, and of messages that wait for their
 *     handler, of all connections together; the first 4 KiB of each connection are not counted.
 *     Beyond it reading stops, the largest unfinished ones are closed first (408, 1013), and a
 *     request with a body is a 503
 * @param requestTimeout how long the head of a request may take to arrive, and then its body,
 *     before it is a 408; the opening handshake is such a request
 * @param idleTimeout how long a connection is kept open between requests
 * @param responseTimeout how long the peer may take to read a response
 * @param backlog connections that wait to be accepted
 * @param allowedHosts the hosts that requests may name, without ports: {@code example.com}, {@code
 *     *.example.com} for all below it, {@code [::1]}; a request for another one is a 403. {@code *}
 *     and an empty list let any pass; with an empty list, a server that listens on a loopback
 *     address logs a warning at start
 * @param tls what it speaks TLS with; null for plain TCP
 */
public record HttpServerConfig(
    int eventLoops,
    boolean ownsProcess,
    int maxRequestLine,
    int maxHeaderBytes,
    int maxBodyBytes,
    long receiveBudget,
    Duration requestTimeout,
    Duration idleTimeout,
    Duration responseTimeout,
    int backlog,
    List<String> allowedHosts,
    @Nullable TlsConfig tls) {

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
    ReceiveBudget.of(receiveBudget); // checks it
    allowedHosts = List.copyOf(allowedHosts);
    new AllowedHosts(allowedHosts); // checks them
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
   * An event loop for each processor, 8 KiB and 16 KiB of head, 64 KiB of body, a quarter of the heap
   * for all that is received, 10 s, 60 s, 30 s, 4,096; any host; no TLS.
   */
  public static HttpServerConfig defaults() {
    return new HttpServerConfig(
        Runtime.getRuntime().availableProcessors(),
        false,
        8 << 10,
        16 << 10,
        64 << 10,
        ReceiveBudget.defaultBytes(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        4_096,
        List.of(),
        null);
  }

  /** The same with another number of lanes. */
  public HttpServerConfig withEventLoops(int eventLoops) {
    return edit(draft -> draft.eventLoops = eventLoops);
  }

  /**
   * The same for a server to which the process belongs, as under {@code Runner.run}; or not, which
   * is the default. The server then
   *
   * <ul>
   *   <li>raises the parallelism of the JDK's scheduler of virtual threads, for a while, when
   *       threads that compute or block natively hold all carriers, and logs which; and
   *   <li>ends the process with status 3 when an event loop makes no progress for 10 s after an
   *       {@link OutOfMemoryError}, so that a supervisor can start the process again.
   * </ul>
   */
  public HttpServerConfig withProcess(boolean ownsProcess) {
    return edit(draft -> draft.ownsProcess = ownsProcess);
  }

  /** The same with another bound on the first line. */
  public HttpServerConfig withMaxRequestLine(int maxRequestLine) {
    return edit(draft -> draft.maxRequestLine = maxRequestLine);
  }

  /** The same with another bound on the headers. */
  public HttpServerConfig withMaxHeaderBytes(int maxHeaderBytes) {
    return edit(draft -> draft.maxHeaderBytes = maxHeaderBytes);
  }

  /** The same with another bound on the body. */
  public HttpServerConfig withMaxBodyBytes(int maxBodyBytes) {
    return edit(draft -> draft.maxBodyBytes = maxBodyBytes);
  }

  /** The same with another bound on what all peers may fill of the memory: bytes, from 64 KiB. */
  public HttpServerConfig withReceiveBudget(long receiveBudget) {
    return edit(draft -> draft.receiveBudget = receiveBudget);
  }

  /** The same with another limit for a request to arrive. */
  public HttpServerConfig withRequestTimeout(Duration requestTimeout) {
    return edit(draft -> draft.requestTimeout = requestTimeout);
  }

  /** The same with another limit between requests. */
  public HttpServerConfig withIdleTimeout(Duration idleTimeout) {
    return edit(draft -> draft.idleTimeout = idleTimeout);
  }

  /** The same with another limit for a response to be read. */
  public HttpServerConfig withResponseTimeout(Duration responseTimeout) {
    return edit(draft -> draft.responseTimeout = responseTimeout);
  }

  /** The same with another number of connections that wait to be accepted. */
  public HttpServerConfig withBacklog(int backlog) {
    return edit(draft -> draft.backlog = backlog);
  }

  /**
   * The same for requests that name one of these hosts, in place of those named before. A browser
   * that is led here by another site's name is then refused (DNS rebinding).
   *
   * @param hosts such as {@code localhost}, {@code example.com}, {@code *.example.com}, {@code
   *     [::1]}; {@code *} for any
   */
  public HttpServerConfig withAllowedHosts(String... hosts) {
    return edit(draft -> draft.allowedHosts = List.of(hosts));
  }

  /** The same over TLS: https and wss. */
  public HttpServerConfig withTls(TlsConfig tls) {
    return edit(draft -> draft.tls = tls);
  }

  private HttpServerConfig edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** The settings while one is being changed. */
  private static final class Draft {
    private int eventLoops;
    private boolean ownsProcess;
    private int maxRequestLine;
    private int maxHeaderBytes;
    private int maxBodyBytes;
    private long receiveBudget;
    private Duration requestTimeout;
    private Duration idleTimeout;
    private Duration responseTimeout;
    private int backlog;
    private List<String> allowedHosts;
    private @Nullable TlsConfig tls;

    Draft(HttpServerConfig config) {
      this.eventLoops = config.eventLoops;
      this.ownsProcess = config.ownsProcess;
      this.maxRequestLine = config.maxRequestLine;
      this.maxHeaderBytes = config.maxHeaderBytes;
      this.maxBodyBytes = config.maxBodyBytes;
      this.receiveBudget = config.receiveBudget;
      this.requestTimeout = config.requestTimeout;
      this.idleTimeout = config.idleTimeout;
      this.responseTimeout = config.responseTimeout;
      this.backlog = config.backlog;
      this.allowedHosts = config.allowedHosts;
      this.tls = config.tls;
    }

    HttpServerConfig config() {
      return new HttpServerConfig(
          eventLoops,
          ownsProcess,
          maxRequestLine,
          maxHeaderBytes,
          maxBodyBytes,
          receiveBudget,
          requestTimeout,
          idleTimeout,
          responseTimeout,
          backlog,
          allowedHosts,
          tls);
    }
  }
}
