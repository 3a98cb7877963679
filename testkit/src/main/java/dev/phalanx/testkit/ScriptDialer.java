package dev.phalanx.testkit;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Response;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.transport.DialConfig;
import dev.phalanx.transport.Dialer;
import dev.phalanx.transport.DialledAnswer;
import dev.phalanx.transport.UpgradeRequest;
import dev.phalanx.transport.memory.MemoryPeer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Has a script answer. Any thread. */
final class ScriptDialer implements Dialer {
  private final ScriptedServer server;
  private final World world;

  ScriptDialer(ScriptedServer server, World world) {
    this.server = server;
    this.world = world;
  }

  @Override
  public DialledAnswer dial(UpgradeRequest request, DialConfig config) {
    return new Answer(request, server.answer(request.headers()));
  }

  @Override
  public void close() {
    // the wires are the script's to close
  }

  private final class Answer implements DialledAnswer {
    private final UpgradeRequest request;
    private final Response response;
    private final AtomicBoolean decided = new AtomicBoolean();

    Answer(UpgradeRequest request, Response response) {
      this.request = request;
      this.response = response;
    }

    @Override
    public int status() {
      return response.status();
    }

    @Override
    public Headers headers() {
      return response.headers();
    }

    @Override
    public byte[] body() {
      return response.body().clone();
    }

    @Override
    public void open(Function<Wire, WireHandler> session) {
      if (!decided.compareAndSet(false, true)) {
        throw new IllegalStateException("opened or closed already");
      }
      MemoryPeer peer = MemoryPeer.connect(world.lane(), session);
      Transcript transcript = new Transcript();
      transcript.client(world.clock().nanoTime(), "GET " + request.target());
      transcript.server(world.clock().nanoTime(), String.valueOf(response.status()));
      boolean compression = response.headers().contains("Sec-WebSocket-Extensions");
      server.add(
          new Conversation(
              world, new Wiring(false, peer, compression, transcript, () -> "the client is real")));
    }

    @Override
    public void close() {
      decided.set(true);
    }
  }
}
