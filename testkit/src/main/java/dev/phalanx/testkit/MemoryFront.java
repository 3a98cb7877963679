package dev.phalanx.testkit;

import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.Upgrade;
import dev.phalanx.transport.ExchangeHandler;
import dev.phalanx.transport.HttpListener;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.MemoryPeer;
import dev.phalanx.transport.memory.MemoryPipe;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Where requests come in that a test makes. Any thread. */
final class MemoryFront implements HttpListener {
  static final String HOST = "memory";

  private final MemoryLane lane;
  private final ExchangeHandler handler;
  private final List<MemoryPeer> peers = new CopyOnWriteArrayList<>();
  private final List<MemoryPipe> pipes = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;

  MemoryFront(MemoryLane lane, ExchangeHandler handler) {
    this.lane = lane;
    this.handler = handler;
  }

  /** Asks; where that comes to an upgrade, the wire has a script at its other end. */
  Asked<MemoryPeer> askAsScript(Request request) {
    Asked<MemoryPeer> asked = new Asked<>();
    asked.exchange =
        ask(
            request,
            session -> {
              MemoryPeer peer = MemoryPeer.connect(lane, session::open);
              peers.add(peer);
              asked.opened = peer;
            });
    return asked;
  }

  /** Asks; where that comes to an upgrade, the wire is a pipe to a client. */
  Asked<MemoryPipe> askAsClient(Request request) {
    Asked<MemoryPipe> asked = new Asked<>();
    asked.exchange =
        ask(
            request,
            session -> {
              MemoryPipe pipe = new MemoryPipe(lane);
              pipe.far().open(session::open);
              pipes.add(pipe);
              asked.opened = pipe;
            });
    return asked;
  }

  private MemoryExchange ask(Request request, Consumer<Upgrade.Session> whenUpgraded) {
    MemoryExchange exchange = MemoryExchange.of(request, handler, whenUpgraded);
    if (stopped) {
      exchange.respond(Response.error(503, "the server is going down"));
    } else {
      lane.run(() -> handler.handle(exchange));
    }
    return exchange;
  }

  /** Those between clients and the server, in the order in which they were dialled. */
  List<MemoryPipe> pipes() {
    return pipes;
  }

  @Override
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(HOST, 0);
  }

  @Override
  public void stopAccepting() {
    stopped = true;
  }

  @Override
  public void close() {
    stopAccepting();
    peers.forEach(MemoryPeer::close);
    pipes.forEach(pipe -> pipe.far().close());
  }
}
