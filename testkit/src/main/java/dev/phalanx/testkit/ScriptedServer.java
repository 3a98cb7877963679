package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.http.Headers;
import dev.phalanx.http.Response;
import dev.phalanx.transport.memory.VirtualClock;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The other way round: the client is real, and the server is a script. For tests of code that
 * connects to servers, and of how it takes what they do.
 *
 * <pre>{@code
 * try (ScriptedServer server = ScriptedServer.start()) {
 *   WsClientConnection conn = server.client().open(server.ws("/feed"), WsClientConfig.defaults());
 *   Conversation talk = server.accepted();
 *   talk.says("news");
 *   assertEquals("news", conn.inbound().iterator().next().text());
 * }
 * }</pre>
 *
 * <p>Handshakes are accepted as they come, unless {@link #refuses} was said before. For one thread,
 * but for its client.
 */
public final class ScriptedServer implements AutoCloseable {
  private final World world;
  private final Application application;
  private final WsClient client;
  private final Queue<Response> refusals = new ConcurrentLinkedQueue<>();
  private final LinkedBlockingQueue<Conversation> accepted = new LinkedBlockingQueue<>();
  private volatile Headers headers = Headers.empty();
  private boolean closed;

  private ScriptedServer(World world) {
    this.world = world;
    this.application = Application.starting().time(world.clock()).compile();
    this.client = WsClient.create(new ScriptDialer(this, world), application);
  }

  /** A server that accepts handshakes. */
  public static ScriptedServer start() {
    return new ScriptedServer(new World(new VirtualClock()));
  }

  /** A client that reaches this server whatever host is named. Closed with it. Any thread. */
  public WsClient client() {
    return client;
  }

  /** Where it is. */
  public URI ws(String path) {
    return URI.create("ws://" + MemoryFront.HOST + path);
  }

  /** The next handshake is refused with this; said twice, the next two. */
  public ScriptedServer refuses(Response response) {
    refusals.add(response);
    return this;
  }

  /**
   * From now on each 101 has these headers besides: a subprotocol, an extension.
   *
   * @param more names and values in turn
   */
  public ScriptedServer acceptsWith(String... more) {
    headers = Headers.of(more);
    return this;
  }

  /**
   * The next connection that was accepted, with the script as the server. It waits for one up to 5
   * s of real time.
   *
   * @throws AssertionError if none came
   */
  public Conversation accepted() {
    try {
      Conversation next = accepted.poll(World.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("nobody has connected for " + World.PATIENCE.toSeconds() + " s");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a connection", e);
    }
  }

  /** Whether a connection waits to be taken, once all has been done that can be. */
  public boolean hasAccepted() {
    world.settle();
    return !accepted.isEmpty();
  }

  /** The clock of the client. Any thread. */
  public VirtualClock clock() {
    return world.clock();
  }

  /** Lets time pass, timer by timer, as {@link TestServer#timePasses} does. */
  public void timePasses(Duration time) {
    world.timePasses(time);
  }

  // ---- for the dialler ----

  /** What the next handshake is answered with; accepted if it is a 101. */
  Response answer(Headers handshake) {
    Response refusal = refusals.poll();
    return refusal == null ? Requests.accept(handshake, headers) : refusal;
  }

  void add(Conversation conversation) {
    accepted.add(conversation);
  }

  /**
   * Ends it, and the client. Idempotent.
   *
   * @throws AssertionError that names what was left behind
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Leaks leaks = new Leaks();
    try (world;
        application) {
      refuses(Response.error(503, "the server is going down"));
      world.conversations().forEach(Conversation::close);
      world.end(client, leaks);
      if (!world.timersRunOut()) {
        leaks.timers(world.clock());
      }
    }
    leaks.failIfAny();
  }
}
