package dev.phalanx.hermes.client;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.transport.Dialer;
import dev.phalanx.transport.HttpDialer;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connects to WebSocket servers.
 *
 * <pre>{@code
 * try (WsClientConnection conn = WsClient.connect(URI.create("wss://example.com/ws/echo"))) {
 *   conn.sendText("hello");
 *   for (WsMessage msg : conn.inbound()) {
 *     System.out.println(msg.text());
 *   }
 * }
 * }</pre>
 *
 * <p>Thousands of connections share a few event loops. Neither these nor a connection keep the JVM
 * alive: a program that is done with its {@code main} ends, so it should close what it opened. Any
 * thread but an event loop's; a connection is opened on the calling thread, which waits.
 */
public final class WsClient implements AutoCloseable {
  private final Dialer dialer;
  private final Application application;
  private final boolean ownsApplication;
  private final Set<WsClientConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private WsClient(Dialer dialer, Application application, boolean ownsApplication) {
    this.dialer = dialer;
    this.application = application;
    this.ownsApplication = ownsApplication;
  }

  /** Made with the first use, and never closed. */
  private static final class Shared {
    private static final WsClient CLIENT =
        new WsClient(HttpDialer.shared(), Application.starting().compile(), true);
  }

  /**
   * A client with event loops of its own.
   *
   * @param eventLoops 1 to 1024; 1 carries thousands of connections that are not busy
   */
  public static WsClient create(int eventLoops) {
    return new WsClient(HttpDialer.start(eventLoops), Application.starting().compile(), true);
  }

  /**
   * A client with event loops of its own, whose connections' scopes are an application's: with its
   * services, its clock and its trace. The application stays the caller's to close.
   */
  public static WsClient create(int eventLoops, Application application) {
    return new WsClient(HttpDialer.start(eventLoops), application, false);
  }

  /**
   * A client that reaches servers another way than by a network: for tests. The dialler is closed
   * with the client; the application stays the caller's to close.
   */
  public static WsClient create(Dialer dialer, Application application) {
    return new WsClient(dialer, application, false);
  }

  /** Connects with the defaults; as {@link #connect(URI, WsClientConfig)}. */
  public static WsClientConnection connect(URI uri) throws IOException, InterruptedException {
    return connect(uri, WsClientConfig.defaults());
  }

  /**
   * Connects, on the event loops of the process; as {@link #open(URI, WsClientConfig)}.
   *
   * @throws WsHandshakeException if the server's answer opens no WebSocket
   * @throws IOException as {@code open} does
   */
  public static WsClientConnection connect(URI uri, WsClientConfig config)
      throws IOException, InterruptedException {
    return Shared.CLIENT.open(uri, config);
  }

  /**
   * Connects, once: a {@link ReconnectPolicy} is for a connection that was open.
   *
   * @param uri {@code ws} or {@code wss}, without fragment and without a user's name
   * @throws IllegalArgumentException if no WebSocket can have this URI
   * @throws WsHandshakeException if the server's answer opens no WebSocket
   * @throws IOException that names host and port, and the setting if a limit ran out: if the host
   *     can't be found, reached or trusted, or doesn't answer
   * @throws InterruptedException if the thread is interrupted meanwhile; nothing is left open
   * @throws IllegalStateException if this client is closed
   */
  public WsClientConnection open(URI uri, WsClientConfig config)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("this WsClient is closed");
    }
    Target target = Target.of(uri);
    OwnedScope scope = application.openScope("ws-client " + target.host());
    Opening opening = new Opening(dialer, uri, config, application.time());
    boolean open = false;
    try {
      WsClientConnection connection = begin(opening, config, scope);
      open = true;
      return connection;
    } finally {
      if (!open) {
        scope.close();
        Telling.of(config).state(WsClientState.CLOSED);
      }
    }
  }

  private WsClientConnection begin(Opening opening, WsClientConfig config, OwnedScope scope)
      throws IOException, InterruptedException {
    Telling.of(config).state(WsClientState.CONNECTING);
    Leg first = opening.open(0);
    Registered registered = new Registered();
    Life life = new Life(opening, config, scope, first, registered::forget);
    WsClientConnection connection = new WsClientConnection(config, scope, life);
    registered.remember(connection);
    life.begin();
    return connection;
  }

  /** A connection's place among this client's. */
  private final class Registered {
    private volatile @Nullable WsClientConnection connection;

    void remember(WsClientConnection made) {
      connection = made;
      connections.add(made);
      if (closed) { // after adding: either this sees it, or close() sees the connection
        made.close(WsCloseCode.GOING_AWAY, "");
      }
    }

    void forget() {
      WsClientConnection over = connection;
      if (over != null) {
        connections.remove(over);
      }
    }
  }

  /**
   * Closes its connections with 1001, waits for each as {@link WsClientConnection#close()} does,
   * and ends its event loops.
   */
  @Override
  public void close() {
    closed = true;
    connections.forEach(each -> each.close(WsCloseCode.GOING_AWAY, "the client is closed"));
    connections.forEach(WsClientConnection::close);
    connections.forEach(WsClientConnection::cutOff);
    dialer.close();
    if (ownsApplication) {
      application.close();
    }
  }
}
