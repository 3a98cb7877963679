package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.http.Headers;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.ReceiveBudget;
import dev.phalanx.http.Request;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.rfc6455.DeflateNegotiation;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.MessageDeflater;
import dev.phalanx.rfc6455.Opcode;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.MemoryPeer;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A client on the in-memory wire, and the real server side at its other end. */
final class Conversation implements AutoCloseable {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final VirtualClock clock;
  final MemoryLane lane;
  final Application app;
  final MemoryPeer peer;
  final Thread handlerThread;
  private final WsSession session;
  private final boolean ownsServer;
  private final Protocol client;
  private final DeflatePool clientPool = new DeflatePool(1); // so that the other is the server's
  private final @Nullable MessageDeflater clientDeflater;
  private final Deque<Event> heard = new ArrayDeque<>();

  private Conversation(
      Server server,
      WsConfig config,
      WsHandler handler,
      boolean ownsServer,
      @Nullable DeflateParameters wishes)
      throws Exception {
    this.clock = server.clock;
    this.lane = server.lane;
    this.app = server.app;
    this.ownsServer = ownsServer;
    WsRouteGroup routes = WsRouteGroup.builder().route("/ws", handler, config).build();
    routes.bind(app);
    OwnedScope scope = app.openScope("GET /ws");
    Request request =
        wishes == null
            ? upgrade("/ws")
            : upgrade("/ws", EXTENSIONS, DeflateNegotiation.offer(wishes));
    var answer =
        (Upgrade.Accepted) routes.upgrade(RequestScope.of(scope, request, PathParams.none()));
    this.session = (WsSession) answer.session();
    DeflateParameters agreed =
        wishes == null
            ? null
            : DeflateNegotiation.agreed(answer.handshake().headers().all(EXTENSIONS), wishes);
    Limits limits = new Limits(1 << 26, 1 << 26, 1 << 20);
    this.client =
        agreed == null
            ? new Protocol(Side.CLIENT, limits)
            : new Protocol(Side.CLIENT, limits, agreed, clientPool);
    this.clientDeflater =
        agreed == null ? null : MessageDeflater.of(agreed, Side.CLIENT, 6, clientPool);
    this.peer = MemoryPeer.connect(lane, session::open);
    this.handlerThread =
        Thread.ofVirtual()
            .start(() -> {
              try (scope) {
                session.run();
              }
            });
  }

  /** A clock, a lane and an application, for several conversations. */
  record Server(VirtualClock clock, MemoryLane lane, Application app) implements AutoCloseable {
    static Server start() {
      return start(ReceiveBudget.unlimited());
    }

    static Server start(ReceiveBudget budget) {
      VirtualClock clock = new VirtualClock();
      MemoryLane lane = new MemoryLane(clock, budget);
      return new Server(clock, lane, Application.starting().time(clock).compile());
    }

    Conversation connect(WsConfig config, WsHandler handler) throws Exception {
      return new Conversation(this, config, handler, false, null);
    }

    /** With a client that wishes for compression. */
    Conversation connect(WsConfig config, WsHandler handler, DeflateParameters wishes)
        throws Exception {
      return new Conversation(this, config, handler, false, wishes);
    }

    WsGateway gateway() {
      return app.service(WsGateway.class);
    }

    @Override
    public void close() {
      lane.close();
    }
  }

  static Conversation with(WsHandler handler) throws Exception {
    return with(WsConfig.defaults(), handler);
  }

  static Conversation with(WsConfig config, WsHandler handler) throws Exception {
    return new Conversation(Server.start(), config, handler, true, null);
  }

  /** With a client that wishes for compression. */
  static Conversation with(WsConfig config, WsHandler handler, DeflateParameters wishes)
      throws Exception {
    return new Conversation(Server.start(), config, handler, true, wishes);
  }

  static Request upgrade(String path, String... moreHeaders) {
    Headers headers =
        Headers.of(
            "Host", "example.com",
            "Connection", "Upgrade",
            "Upgrade", "websocket",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    for (int i = 0; i < moreHeaders.length; i += 2) {
      headers = headers.replacing(moreHeaders[i], moreHeaders[i + 1]);
    }
    return new Request(
        "GET", path, headers, new byte[0], InetSocketAddress.createUnresolved("test", 0), false);
  }

  WsConnection connection() {
    return session.connection();
  }

  // ---- what the client says ----

  static byte[] bytesOf(EncodedFrame frame) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frame.transferTo(bytes::write, 0, frame.length());
    return bytes.toByteArray();
  }

  void says(String text) {
    peer.send(text(text));
  }

  static byte[] text(String text) {
    return bytesOf(EncodedFrame.text(Side.CLIENT, text));
  }

  void says(byte[] binary) {
    peer.send(bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.BINARY, binary)));
  }

  /** In one frame, compressed as was agreed. */
  void saysCompressed(String text) {
    peer.send(bytesOf(compressed(text, true)));
  }

  EncodedFrame compressed(String text, boolean fin) {
    byte[] deflated =
        Objects.requireNonNull(clientDeflater).deflate(text.getBytes(StandardCharsets.UTF_8));
    return EncodedFrame.of(Side.CLIENT, Opcode.TEXT, fin, true, deflated);
  }

  void pings(String payload) {
    peer.send(bytesOf(EncodedFrame.ping(Side.CLIENT, payload.getBytes(StandardCharsets.UTF_8))));
  }

  void pongs(String payload) {
    peer.send(bytesOf(EncodedFrame.pong(Side.CLIENT, payload.getBytes(StandardCharsets.UTF_8))));
  }

  void closes(int code, String reason) {
    peer.send(bytesOf(EncodedFrame.close(Side.CLIENT, code, reason)));
  }

  // ---- what the client hears ----

  private static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  private boolean listen() {
    ByteBuffer bytes = ByteBuffer.wrap(peer.receive());
    Event event;
    while ((event = client.receive(bytes)) != null) {
      heard.add(event);
    }
    return !heard.isEmpty();
  }

  Event hears() {
    if (heard.isEmpty() && !listen()) { // to wait costs a thread, even for what is there
      patiently().until(this::listen);
    }
    return heard.remove();
  }

  /** Texts, in this order. */
  void hears(String... texts) {
    for (String text : texts) {
      assertThat(hears())
          .isInstanceOfSatisfying(
              Event.Text.class,
              event ->
                  assertThat(new String(event.utf8(), StandardCharsets.UTF_8)).isEqualTo(text));
    }
  }

  void hearsPong(String payload) {
    assertThat(hears())
        .isInstanceOfSatisfying(
            Event.Pong.class, pong -> assertThat(new String(pong.payload())).isEqualTo(payload));
  }

  void hearsPing() {
    assertThat(hears()).isInstanceOf(Event.Ping.class);
  }

  void hearsClose(int code, String reason) {
    assertThat(hears()).isEqualTo(new Event.Close(code, reason));
  }

  /** Nothing has come, now that all the lane was given has been done. */
  void hasHeardNothing() {
    lane.run(() -> {});
    listen();
    assertThat(heard).isEmpty();
  }

  void seesTheWireClosed() {
    patiently().until(peer::isClosed);
  }

  void seesTheHandlerEnd() {
    try {
      assertThat(handlerThread.join(PATIENCE)).as("the handler has ended").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for the handler", e);
    }
  }

  /** Lets time pass until something holds: timers may be set by threads that are not done yet. */
  void letTimePassUntil(Callable<Boolean> condition) {
    patiently()
        .until(() -> {
          clock.advance(Duration.ofMillis(100));
          return condition.call();
        });
  }

  @Override
  public void close() {
    peer.close();
    handlerThread.interrupt();
    seesTheHandlerEnd();
    if (ownsServer) {
      lane.close();
    }
  }
}
