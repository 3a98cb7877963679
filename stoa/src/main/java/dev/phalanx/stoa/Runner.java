package dev.phalanx.stoa;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.Stragglers;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.Upgrader;
import dev.phalanx.transport.ExchangeHandler;
import dev.phalanx.transport.HttpListener;
import dev.phalanx.transport.HttpServer;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an application: HTTP routes, and whatever connections may be upgraded to, on one port.
 *
 * <pre>{@code
 * Runner.from(app).withRoutes(http).withWebsockets(ws).run("0.0.0.0:8080");
 * }</pre>
 *
 * <p>Immutable: each {@code with…} gives another one.
 */
public final class Runner {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);

  private final Application application;
  private final RouteGroup routes;
  private final List<Upgrader> upgraders;
  private final HttpServerConfig config;
  private final Duration shutdownTimeout;
  private final @Nullable Health health;

  private Runner(
      Application application,
      RouteGroup routes,
      List<Upgrader> upgraders,
      HttpServerConfig config,
      Duration shutdownTimeout,
      @Nullable Health health) {
    this.application = application;
    this.routes = routes;
    this.upgraders = upgraders;
    this.config = config;
    this.shutdownTimeout = shutdownTimeout;
    this.health = health;
  }

  /** Serves this application. {@link #run} closes it too; after {@link #start}, the caller does. */
  public static Runner from(Application application) {
    return new Runner(
        application,
        RouteGroup.builder().build(),
        List.of(),
        HttpServerConfig.defaults(),
        Duration.ofSeconds(5),
        null);
  }

  /**
   * With these HTTP routes too. A group's middleware stands around the paths of all groups, as if
   * each had been mounted at {@code "/"}.
   *
   * @throws IllegalArgumentException if nothing could decide between a route and an earlier one;
   *     the message names both
   */
  public Runner withRoutes(RouteGroup group) {
    RouteGroup both = RouteGroup.builder().mount("/", routes).mount("/", group).build();
    return new Runner(application, both, upgraders, config, shutdownTimeout, health);
  }

  /**
   * With these WebSocket routes too. Of the routes of all groups that match a path, the more
   * specific is taken, as within one group; two groups with a route for the same paths are an error
   * at start.
   */
  public Runner withWebsockets(Upgrader upgrader) {
    List<Upgrader> more = new ArrayList<>(upgraders);
    more.add(upgrader);
    return new Runner(application, routes, List.copyOf(more), config, shutdownTimeout, health);
  }

  /** With a health check that reports the server, for a route of {@link #withRoutes}. */
  public Runner withHealth(Health check) {
    return new Runner(application, routes, upgraders, config, shutdownTimeout, check);
  }

  /** With other settings of the server. */
  public Runner withConfig(HttpServerConfig other) {
    return new Runner(application, routes, upgraders, other, shutdownTimeout, health);
  }

  /**
   * With another time for handlers to end when the server goes down, and then for services to
   * close, where {@link #run} closes them; 5 seconds by default.
   */
  public Runner withShutdownTimeout(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("shutdownTimeout must not be negative, but is " + limit);
    }
    return new Runner(application, routes, upgraders, config, limit, health);
  }

  /** How long handlers have to end when the server goes down, and services to close after them. */
  public Duration shutdownTimeout() {
    return shutdownTimeout;
  }

  /**
   * Serves until the process is told to end (SIGTERM, Ctrl-C), then goes down in good order: first
   * the server, then the application, whose services are closed. The process ends when both have,
   * even where the code after this call is not reached any more.
   *
   * <p>The process is taken to be this server's own: see {@link HttpServerConfig#withProcess}.
   *
   * <p>The application is closed however this ends; to close it once more does no harm. Its
   * services have {@link #shutdownTimeout} for that, all together: then the thread that closes them
   * is interrupted, and reported if that is no help.
   *
   * @param address {@code host:port}
   * @throws IOException if the address can't be listened at
   * @throws InterruptedException if the thread is interrupted; all has gone down then
   */
  public void run(String address) throws IOException, InterruptedException {
    try {
      HostAndPort where = HostAndPort.parse(address);
      Runner owner = withConfig(config.withProcess(true));
      try (RunningServer server = owner.start(where.host(), where.port(), this::closeApplication)) {
        log.info(
            "Serving on {}://{} with {} HTTP and {} WebSocket routes",
            config.tls() == null ? "http" : "https",
            HostAndPort.shown(server.address()),
            routes.routes().size(),
            new Upgraders(upgraders).routes());
        server.awaitShutdown();
      }
    } finally {
      closeApplication(); // where there was no server to do so
    }
  }

  /** On a thread of its own: a service that won't close must not keep the process alive. */
  private void closeApplication() {
    Thread closing = Thread.ofVirtual().name("hermes-application").start(application::close);
    Stragglers.await(closing, shutdownTimeout);
  }

  /**
   * Has the application {@linkplain Application#startup make} its eager services, begins to serve,
   * and returns once connections are accepted. The caller closes the server, and the application
   * after it.
   *
   * @param port 0 for any free one
   * @throws IOException if the address can't be listened at
   * @throws IllegalStateException if the application is closed, or a route's handler needs an
   *     authenticated user and nothing around the route authenticates
   * @throws dev.phalanx.aegis.ServiceException that names the route whose handler can't be
   *     constructed, or the service that can't be made
   */
  public RunningServer start(String host, int port) throws IOException {
    return start(host, port, () -> {});
  }

  /**
   * The same for requests that come another way than by a port: for tests. Of the settings of
   * {@link #withConfig}, only {@code maxBodyBytes} has an effect.
   *
   * @param listener is given what sees to an answer, and begins to bring requests
   * @throws IOException if it can't
   */
  public RunningServer start(Listening listener) throws IOException {
    return start(listener, () -> {});
  }

  /** Begins to bring requests. */
  @FunctionalInterface
  public interface Listening {
    /** Begins; what it gives is closed with the server. */
    HttpListener listen(ExchangeHandler handler) throws IOException;
  }

  private RunningServer start(String host, int port, Runnable last) throws IOException {
    return start(
        handler -> HttpServer.listen(new InetSocketAddress(host, port), config, handler), last);
  }

  private RunningServer start(Listening listening, Runnable last) throws IOException {
    Router router = new Router(routes, application.handlers(), config.maxBodyBytes());
    Upgraders together = new Upgraders(upgraders);
    for (Upgrader upgrader : upgraders) {
      for (PathPattern path : upgrader.unauthenticated()) {
        router.checkAuthenticated(upgrader.protocol() + " " + path, path);
      }
      upgrader.bind(application);
    }
    application.startup();
    Sessions sessions = new Sessions();
    RequestThreads threads = new RequestThreads();
    Dispatcher dispatcher = new Dispatcher(application, router, together, sessions);
    HttpListener listener = listening.listen(new RequestEntry(threads, router, dispatcher));
    Health check = health;
    if (check == null) {
      return new RunningServer(listener, sessions, threads, shutdownTimeout, last);
    }
    check.watches(listener);
    Runnable after =
        () -> {
          check.forgets(listener);
          last.run();
        };
    return new RunningServer(listener, sessions, threads, shutdownTimeout, after);
  }
}
