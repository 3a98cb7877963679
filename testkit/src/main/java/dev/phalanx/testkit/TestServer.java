package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.memory.MemoryPipe;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An application that is served for a test: in memory, where the test holds the clock, or on a free
 * port. {@link #close} ends it, and fails if it has left something behind.
 *
 * <pre>{@code
 * try (TestServer server = TestServer.inMemory(runner -> runner.withWebsockets(Chat.routes()))) {
 *   Conversation ann = server.opens("/ws/rooms/tea");
 *   Conversation bob = server.opens("/ws/rooms/tea");
 *   bob.says("hello");
 *   ann.hears("hello");
 * }
 * }</pre>
 *
 * <p>In memory everything runs but HTTP's own syntax and the sockets: routes, middleware, handlers,
 * the protocol, and the client. So what {@code HttpServerConfig} says means nothing there.
 *
 * <p>For one thread, unless said otherwise.
 */
public final class TestServer implements AutoCloseable {
  private final Hosting hosting;
  private @Nullable WsClient client; // null until it is asked for
  private boolean closed;

  private TestServer(Hosting hosting) {
    this.hosting = hosting;
  }

  /**
   * Serves in memory.
   *
   * @param routes adds routes to a runner of the application
   * @param services of the application; later ones replace earlier ones
   * @throws dev.phalanx.aegis.ServiceException as {@link Runner#start(Runner.Listening)} does
   */
  public static TestServer inMemory(UnaryOperator<Runner> routes, ServiceBundle... services) {
    return new TestServer(MemoryHosting.start(routes, services));
  }

  /**
   * Serves on a free port of 127.0.0.1, by the system's clock.
   *
   * @param routes adds routes, and settings, to a runner of the application
   * @param services of the application; later ones replace earlier ones
   * @throws dev.phalanx.aegis.ServiceException as {@link Runner#start(String, int)} does
   * @throws UncheckedIOException if no port can be listened at
   */
  public static TestServer onPort(UnaryOperator<Runner> routes, ServiceBundle... services) {
    return new TestServer(PortHosting.start(routes, services));
  }

  /** The application. */
  public Application application() {
    return hosting.application();
  }

  /** The server, for tests of how it goes down. */
  public RunningServer running() {
    return hosting.server();
  }

  /** A service of the application: {@code server.service(WsGateway.class)}. */
  public <T> T service(Class<T> type) {
    return application().service(type);
  }

  /** Where a WebSocket is: {@code ws://…}. Others can reach it if it is on a port. */
  public URI ws(String path) {
    return URI.create("ws://" + hosting.authority() + path);
  }

  /** Where a resource is: {@code http://…}. Others can reach it if it is on a port. */
  public URI http(String path) {
    return URI.create("http://" + hosting.authority() + path);
  }

  // ---- HTTP ----

  /**
   * Asks with GET, and waits for the answer.
   *
   * @param headers names and values in turn
   */
  public Response get(String path, String... headers) {
    return hosting.ask(Requests.of("GET", path, hosting.authority(), "", headers));
  }

  /**
   * Sends JSON with POST, and waits for the answer.
   *
   * @param headers names and values in turn
   */
  public Response post(String path, String json, String... headers) {
    return hosting.ask(Requests.of("POST", path, hosting.authority(), json, headers));
  }

  // ---- WebSockets ----

  /**
   * Opens a WebSocket whose peer is a script. In memory only.
   *
   * @param headers of the handshake, names and values in turn
   * @throws AssertionError with the response, if it is refused
   */
  public Conversation opens(String path, String... headers) {
    return inMemory("opens").open(path, headers);
  }

  /**
   * What a handshake is refused with; where it is accepted, the connection is closed again.
   *
   * @param headers of the handshake, names and values in turn; on a port none of its own
   */
  public Response asksToOpen(String path, String... headers) {
    return hosting.askToOpen(path, headers);
  }

  /** A client that reaches this server. It is closed with it. Any thread. */
  public synchronized WsClient client() {
    WsClient made = client;
    if (made == null) {
      made = hosting.newClient();
      client = made;
    }
    return made;
  }

  /** Opens a WebSocket with a real client. Any thread. */
  public WsClientConnection connect(String path) throws IOException, InterruptedException {
    return connect(path, WsClientConfig.defaults());
  }

  /**
   * Opens a WebSocket with a real client. Any thread.
   *
   * @throws dev.phalanx.hermes.client.WsHandshakeException if it is refused
   */
  public WsClientConnection connect(String path, WsClientConfig config)
      throws IOException, InterruptedException {
    return client().open(ws(path), config);
  }

  /**
   * Between real clients and the server, in the order in which they connected: where to make
   * faults. In memory only. Any thread.
   */
  public List<MemoryPipe> pipes() {
    return inMemory("pipes").pipes();
  }

  // ---- time ----

  /** The clock. In memory only. Any thread. */
  public VirtualClock clock() {
    return inMemory("clock").clock();
  }

  /**
   * Lets time pass, timer by timer: whoever is woken by one has done what it does before the next.
   * In memory only.
   */
  public void timePasses(Duration time) {
    inMemory("timePasses").timePasses(time);
  }

  private MemoryHosting inMemory(String what) {
    if (hosting instanceof MemoryHosting memory) {
      return memory;
    }
    throw new IllegalStateException(what + " is for a server in memory: this one is on a port");
  }

  /** What was said in all conversations that are open. */
  String transcripts() {
    return hosting.transcripts();
  }

  /**
   * Ends it: conversations and the client's connections first, then the server, then the
   * application. Idempotent.
   *
   * @throws AssertionError that names what was left behind: connections that others keep open,
   *     handlers that still run, subscriptions, timers; on a port also buffers of Netty's, if the
   *     garbage collector has found them
   */
  @Override
  public void close() {
    close(false);
  }

  /**
   * The same.
   *
   * @param thorough whether the garbage collector is asked to look for buffers
   */
  void close(boolean thorough) {
    if (closed) {
      return;
    }
    closed = true;
    Leaks leaks = new Leaks();
    WsClient made;
    synchronized (this) {
      made = client;
    }
    hosting.close(made, thorough, leaks);
    leaks.failIfAny();
  }
}
