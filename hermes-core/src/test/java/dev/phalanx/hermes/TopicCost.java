package dev.phalanx.hermes;

import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.transport.memory.MemoryPeer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a topic costs that one connection hears, and what a publish costs among so many; for the
 * figures in the documents. Not a test.
 */
final class TopicCost {
  private static final int CONNECTIONS = 1_000;
  private static final int PUBLISHES = 200_000;

  private TopicCost() {}

  /** Prints a line for each number of topics. */
  public static void main(String[] args) throws Exception {
    for (int topics : new int[] {1_000, 1_000, 100_000, 1_000_000}) {
      measure("topics", topics, Subscription::to, "chat.");
      measure("patterns", topics, name -> Subscription.matching(name + ".*"), "chat.");
    }
  }

  private static void measure(
      String what, int count, Function<String, Subscription> kind, String prefix) throws Exception {
    try (var server = Conversation.Server.start()) {
      WsGateway gateway = server.gateway();
      var routes = WsRouteGroup.builder().route("/ws", scope -> {}).build();
      routes.bind(server.app());
      List<WsConnection> connections = new ArrayList<>();
      List<MemoryPeer> peers = new ArrayList<>();
      try (var scope = server.app().openScope("test")) {
        for (int i = 0; i < CONNECTIONS; i++) {
          var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
          var session = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
          peers.add(MemoryPeer.connect(server.lane(), session::open));
          connections.add(session.connection());
          gateway.register(session.connection());
        }
        List<String> names = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          names.add(prefix + i);
          subscriptions.add(kind.apply(names.get(i)));
        }
        long before = used();
        for (int i = 0; i < count; i++) {
          gateway.subscribe(connections.get(i % CONNECTIONS), subscriptions.get(i));
        }
        server.lane().run(() -> {});
        long each = (used() - before) / count;
        long begun = System.nanoTime();
        WsMessage message = WsMessage.text("hello");
        for (int i = 0; i < PUBLISHES; i++) {
          String name = names.get((int) (i * 7_919L % count));
          gateway.publish(what.equals("topics") ? name : name + ".typing", message);
        }
        server.lane().run(() -> {});
        long nanos = (System.nanoTime() - begun) / PUBLISHES;
        System.out.printf(
            "%,d %s: %d bytes each; a publish to one of them %,d ns%n", count, what, each, nanos);
        if (gateway.topicCount() != count || peers.size() != connections.size()) {
          throw new AssertionError();
        }
      }
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
