package dev.phalanx.hermes;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.http.Lane;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.transport.memory.MemoryPeer;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A wire between a peer and a running session, which counts what is written and flushed. */
final class WatchedWire implements Wire, WireHandler, AutoCloseable {
  final MemoryPeer peer;
  final WsConnection connection;
  private final Thread handlerThread;
  private Wire near;
  private WireHandler handler;
  private long writable = Long.MAX_VALUE; // bytes until it fails
  private int inFlight; // written, and not yet known to be with the operating system
  private volatile int mostInFlight;
  private volatile int flushes;

  WatchedWire(Conversation.Server server, WsConfig config, WsHandler handler) throws Exception {
    WsRouteGroup routes = WsRouteGroup.builder().route("/ws", handler, config).build();
    routes.bind(server.app());
    OwnedScope scope = server.app().openScope("GET /ws");
    var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
    var session = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
    this.peer =
        MemoryPeer.connect(
            server.lane(),
            wire -> {
              this.near = wire;
              this.handler = session.open(this);
              return this;
            });
    this.connection = session.connection();
    this.handlerThread =
        Thread.ofVirtual()
            .start(() -> {
              try (scope) {
                session.run();
              }
            });
  }

  /** The most bytes that were ever with the wire and not yet with the operating system. */
  int mostInFlight() {
    return mostInFlight;
  }

  int flushes() {
    return flushes;
  }

  /** Takes so many bytes more, then fails as a transport does that has no memory left. */
  void failAfter(long bytes) {
    near.lane().execute(() -> writable = bytes);
  }

  // ---- the wire ----

  @Override
  public Lane lane() {
    return near.lane();
  }

  @Override
  public SocketAddress remoteAddress() {
    return near.remoteAddress();
  }

  @Override
  public boolean isOpen() {
    return near.isOpen();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    writable -= length;
    if (writable < 0) {
      throw new OutOfMemoryError("no room for a buffer of " + length + " bytes");
    }
    inFlight += length;
    mostInFlight = Math.max(mostInFlight, inFlight);
    near.write(bytes, offset, length);
  }

  @Override
  public boolean flush() {
    flushes++;
    boolean all = near.flush();
    inFlight = all ? 0 : inFlight;
    return all;
  }

  @Override
  public void pause() {
    near.pause();
  }

  @Override
  public void resume() {
    near.resume();
  }

  @Override
  public void shutdownOutput() {
    near.shutdownOutput();
  }

  @Override
  public void close() {
    near.close();
  }

  // ---- what it hears ----

  @Override
  public void onRead(ByteBuffer bytes) {
    handler.onRead(bytes);
  }

  @Override
  public void onFlushed() {
    inFlight = 0;
    handler.onFlushed();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    handler.onClosed(cause);
  }

  boolean seesTheHandlerEnd() throws InterruptedException {
    return handlerThread.join(Duration.ofSeconds(20));
  }
}
