package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.memory.MemoryPeer;
import dev.phalanx.transport.memory.MemoryPipe;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** In memory: one lane for all, and one clock. */
final class MemoryHosting implements Hosting {
  private final World world;
  private final Application application;
  private final MemoryFront front;
  private final RunningServer server;

  private MemoryHosting(
      World world, Application application, MemoryFront front, RunningServer server) {
    this.world = world;
    this.application = application;
    this.front = front;
    this.server = server;
  }

  static MemoryHosting start(UnaryOperator<Runner> routes, ServiceBundle... services) {
    VirtualClock clock = new VirtualClock();
    World world = new World(clock);
    Application application = Application.starting().time(clock).providers(services).compile();
    AtomicReference<@Nullable MemoryFront> front = new AtomicReference<>();
    boolean started = false;
    try {
      RunningServer server =
          routes
              .apply(Runner.from(application))
              .start(handler -> {
                MemoryFront made = new MemoryFront(world.lane(), handler);
                front.set(made);
                return made;
              });
      world.watch(server::handlerThreads);
      started = true;
      return new MemoryHosting(world, application, Objects.requireNonNull(front.get()), server);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory always listens
    } finally {
      if (!started) {
        application.close();
        world.close();
      }
    }
  }

  @Override
  public Application application() {
    return application;
  }

  @Override
  public RunningServer server() {
    return server;
  }

  @Override
  public String authority() {
    return MemoryFront.HOST;
  }

  VirtualClock clock() {
    return world.clock();
  }

  void timePasses(Duration time) {
    world.timePasses(time);
  }

  List<MemoryPipe> pipes() {
    return List.copyOf(front.pipes());
  }

  @Override
  public WsClient newClient() {
    return WsClient.create(new MemoryDialer(front), application);
  }

  @Override
  public Response ask(Request request) {
    Asked<MemoryPeer> asked = front.askAsScript(request);
    Response response = answerOf(asked, request);
    MemoryPeer opened = asked.opened();
    if (opened != null) {
      opened.close();
    }
    return response;
  }

  @Override
  public Response askToOpen(String path, String... headers) {
    return ask(Requests.upgrade(path, authority(), headers));
  }

  Conversation open(String path, String... headers) {
    Request request = Requests.upgrade(path, authority(), headers);
    Asked<MemoryPeer> asked = front.askAsScript(request);
    Response response = answerOf(asked, request);
    MemoryPeer peer = asked.opened();
    if (peer == null) {
      throw new AssertionError(
          "%s was refused: %d %s"
              .formatted(
                  request, response.status(), new String(response.body(), StandardCharsets.UTF_8)));
    }
    Transcript transcript = new Transcript();
    transcript.client(world.clock().nanoTime(), request.toString());
    transcript.server(world.clock().nanoTime(), "101");
    boolean compression = response.headers().contains("Sec-WebSocket-Extensions");
    return new Conversation(world, new Wiring(true, peer, compression, transcript, asked::handler));
  }

  private static Response answerOf(Asked<?> asked, Request request) {
    try {
      return asked.answer(World.PATIENCE);
    } catch (TimeoutException e) {
      throw new AssertionError(
          "%s was not answered within %s; %s".formatted(request, World.PATIENCE, asked.handler()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an answer", e);
    }
  }

  @Override
  public String transcripts() {
    return world.conversations().stream()
        .map(Conversation::transcript)
        .collect(Collectors.joining("\n\n"));
  }

  @Override
  public void close(@Nullable WsClient client, boolean thorough, Leaks leaks) {
    try (world;
        application;
        server) {
      world.conversations().forEach(Conversation::close);
      front.stopAccepting();
      if (client != null) {
        world.end(client, leaks);
      }
      world.comes(() -> server.handlerThreads().isEmpty());
      server.handlerThreads().forEach(leaks::handler);
      if (application.knows(WsGateway.class)) {
        leaks.gateway(application.service(WsGateway.class));
      }
      server.close();
      application.close();
      if (!world.timersRunOut()) {
        leaks.timers(world.clock());
      }
    }
  }
}
