package dev.phalanx.attack;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.Subscription;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.stoa.Health;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process under attack: serves as an application would, by {@link Runner#run}. Its arguments
 * are a port, and a key store for TLS. It does what standard input says, one command a line, and
 * answers each with a line on standard output; see {@link Controls}.
 */
final class AttackedServer {
  private AttackedServer() {}

  /** Serves until the process ends. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    HttpServerConfig config = HttpServerConfig.defaults().withEventLoops(2);
    if (arguments.length > 1) {
      config = config.withTls(TlsConfig.store(Path.of(arguments[1]), Certificate.PASSWORD));
    }
    WsGateway gateway = new WsGateway();
    Ledger ledger = new Ledger();
    Application application =
        Application.starting()
            .providers(services -> {
              services.instance(WsGateway.class, gateway);
              services.instance(Ledger.class, ledger);
              services.scoped(Everything.Notes.class);
            })
            .compile();
    Health health = new Health();
    Runner runner =
        Runner.from(application)
            .withConfig(config)
            .withRoutes(RouteGroup.builder().get("/health", health).build())
            .withHealth(health)
            .withWebsockets(routes());
    Controls.start(gateway, ledger, runner);
    runner.run("127.0.0.1:" + port);
  }

  private static WsRouteGroup routes() {
    return WsRouteGroup.builder()
        .route("/ws/echo", AttackedServer::echo)
        .route("/ws/rooms/{room}", Room.class)
        .route("/ws/relay/{room}", Relay.class)
        .route("/ws/everything", Everything.class)
        .route("/ws/topics", Topics.class)
        .route("/ws/blocking", AttackedServer::block)
        .build();
  }

  private static void echo(WsScope scope) {
    WsConnection connection = scope.connection();
    connection.inbound().forEach(connection::send);
  }

  /** Says to the others in a room that one has come, what it says, and that it has left. */
  static final class Room implements WsHandler {
    private final WsGateway gateway;
    private final Ledger ledger;

    Room(WsGateway gateway, Ledger ledger) {
      this.gateway = gateway;
      this.ledger = ledger;
    }

    @Override
    public void handle(WsScope scope) {
      WsConnection connection = scope.connection();
      String topic = "room." + scope.params().get("room");
      try (Ledger.Stay stay = ledger.enters(connection)) {
        gateway.subscribe(connection, topic);
        connection.sendText("subscribed");
        gateway.publish(topic, WsMessage.json(Map.of("join", connection.id())), connection);
        connection.inbound().forEach(said -> gateway.publish(topic, said, connection));
      } finally {
        gateway.unregister(connection);
        gateway.publish(topic, WsMessage.json(Map.of("leave", connection.id())));
      }
    }
  }

  /** Passes on what one says to the others. */
  static final class Relay implements WsHandler {
    private final WsGateway gateway;
    private final Ledger ledger;

    Relay(WsGateway gateway, Ledger ledger) {
      this.gateway = gateway;
      this.ledger = ledger;
    }

    @Override
    public void handle(WsScope scope) {
      WsConnection connection = scope.connection();
      String topic = "relay." + scope.params().get("room");
      try (Ledger.Stay stay = ledger.enters(connection)) {
        gateway.subscribe(connection, topic);
        connection.sendText("subscribed");
        connection.inbound().forEach(said -> gateway.publish(topic, said, connection));
      }
    }
  }

  /** Subscribes and publishes as the peer says. */
  static final class Topics implements WsHandler {
    private static final int DEPTHS = 2_000;

    private final WsGateway gateway;

    Topics(WsGateway gateway) {
      this.gateway = gateway;
    }

    @Override
    public void handle(WsScope scope) throws Exception {
      WsConnection connection = scope.connection();
      for (WsMessage said : connection.inbound()) {
        String[] words = said.text().split(" ");
        String answer = "done " + words[0];
        switch (words[0]) {
          case "subscribe" -> gateway.subscribe(connection, Subscription.to(words[1]).dropOldest());
          case "many" -> {
            for (int i = Integer.parseInt(words[1]); i > 0; i--) {
              gateway.subscribe(connection, words[2] + "." + i);
            }
          }
          case "publish" -> gateway.publish(words[1], WsMessage.text(words[2]));
          case "overflow" ->
              answer = "overflows " + overflow(() -> act(connection, words[1], words[2]));
          default -> throw new IllegalArgumentException(said.text());
        }
        connection.sendText(answer);
      }
    }

    private void act(WsConnection connection, String action, String topic) {
      switch (action) {
        case "publish" -> gateway.publish(topic, WsMessage.text("x"));
        case "retain" -> gateway.publishRetained(topic, WsMessage.text("x"));
        case "subscribe" -> gateway.subscribe(connection, topic, topic + ".more");
        case "unsubscribe" -> gateway.unsubscribe(connection, topic, topic + ".more");
        case "send" -> connection.sendText("x");
        default -> throw new IllegalArgumentException(action);
      }
    }

    /**
     * Acts at each of many depths just before the end of the stack; how often that was too deep.
     */
    private static int overflow(Runnable action) throws InterruptedException {
      for (int i = 0; i < 10_000; i++) {
        atDepth(50, () -> {}); // compiled, its frames have the size that they keep
      }
      int deepest = 0;
      try {
        for (; ; deepest += 64) {
          atDepth(deepest, () -> {});
        }
      } catch (StackOverflowError found) {
        // now the depth is known
      }
      int overflows = 0;
      for (int depth = deepest; depth > Math.max(0, deepest - DEPTHS); depth--) {
        try {
          atDepth(depth, action);
        } catch (StackOverflowError expected) { // what a recursive handler would meet
          overflows++;
        }
        if (depth % 16 == 0) {
          Thread.sleep(1); // the event loops take what was published
        }
      }
      return overflows;
    }

    private static int atDepth(int depth, Runnable action) {
      if (depth == 0) {
        action.run();
        return 0;
      }
      return atDepth(depth - 1, action) + 1;
    }
  }

  /** Computes, or blocks the thread in the kernel, as the peer says. */
  private static void block(WsScope scope) throws Exception {
    WsConnection connection = scope.connection();
    for (WsMessage said : connection.inbound()) {
      String[] words = said.text().split(" ");
      switch (words[0]) {
        case "compute" -> {
          long end = System.nanoTime() + Long.parseLong(words[1]) * 1_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        }
        case "fifo" -> {
          try (InputStream in =
              Files.newInputStream(Path.of(words[1]))) { // open waits for a writer
            in.readAllBytes();
          }
        }
        default -> throw new IllegalArgumentException(said.text());
      }
      connection.sendText("done " + words[0]);
    }
  }
}
