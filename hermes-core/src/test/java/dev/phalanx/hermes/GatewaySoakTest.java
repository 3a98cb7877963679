package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.seeds.Seed;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.MemoryPeer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connections that come, subscribe, publish, stall, unsubscribe and go at random, on several lanes
 * and by several threads, and what they leave behind: nothing.
 */
class GatewaySoakTest {
  private static final int LANES = 3;
  private static final int THREADS = 4;
  private static final int AT_ONCE = 60; // connections of each thread
  private static final int EFFORT_PER_TURN = 200; // so few that a broadcast takes several
  private static final String[] TOPICS = {"a.b", "a.c", "a.b.c", "d", "e.f"};
  private static final String[] PATTERNS = {"a.*", "a.>", "*.b", "*.*.c", ">"};

  private static final EncodedFrame TO_ONE = EncodedFrame.text(Side.SERVER, "to one");

  /** After so many events it is said how far it is. */
  private static final int TOLD_EVERY = 100_000;

  /** A little more than noise. */
  private static final long HEAP_GROWTH = 4L << 20;

  private static final WsConfig SMALL =
      WsConfig.defaults().withSendHighWater(1_000).withOutboundBytes(4_000);

  /** A connection that no thread runs. */
  private record Client(OwnedScope scope, MemoryPeer peer, WsConnection connection) {}

  @Test
  void manyRandomEventsLeaveAnEmptyGatewayAndTheHeapWhereItWas() {
    Seed.run("GatewaySoakTest", random -> play(random, 60_000));
  }

  @Test
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aMillionRandomEventsLeaveAnEmptyGatewayAndTheHeapWhereItWas() {
    Seed.run("GatewaySoakTest, a million", random -> play(random, 1_000_000));
  }

  private static void play(Random random, int events) throws Exception {
    try (var server = Conversation.Server.start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<MemoryLane> lanes = new ArrayList<>();
      for (int i = 0; i < LANES; i++) {
        lanes.add(new MemoryLane(server.clock()));
      }
      WsGateway gateway =
          new WsGateway(
              GatewayConfig.defaults().withWaitingBytes(200_000).withRetainedTopics(3),
              EFFORT_PER_TURN);
      Porter porter = new Porter();
      gateway.addHook(porter);
      round(random, server, lanes, gateway, threads, events / 5); // what is loaded once
      long before = usedHeap();
      round(random, server, lanes, gateway, threads, events);
      long growth = usedHeap() - before;
      System.out.printf("after %,d events, bytes of heap more: %,d%n", events, growth);
      assertThat(growth).as("bytes of the heap").isLessThan(HEAP_GROWTH);
      assertThat(gateway.drops()).as("the slow were slow").isPositive();
      lanes.forEach(MemoryLane::close);
      assertThat(porter.came.sum()).isPositive();
      await().until(() -> porter.left.sum() + porter.forgotten.sum() == porter.came.sum());
      assertThat(porter.forgotten.sum()).isPositive();
    }
  }

  /** Counts who comes and goes. */
  private static final class Porter implements SubscriptionHook {
    final LongAdder came = new LongAdder();
    final LongAdder left = new LongAdder();
    final LongAdder forgotten = new LongAdder();

    @Override
    public void onSubscribe(WsConnection connection, Subscription subscription) {
      came.increment();
    }

    @Override
    public void onUnsubscribe(WsConnection connection, Subscription subscription) {
      left.increment();
    }

    @Override
    public void onForgotten(String connectionId, Subscription subscription) {
      forgotten.increment();
    }
  }

  private static void round(
      Random random,
      Conversation.Server server,
      List<MemoryLane> lanes,
      WsGateway gateway,
      ExecutorService threads,
      int events)
      throws Exception {
    List<Future<?>> running = new ArrayList<>();
    AtomicInteger happened = new AtomicInteger();
    for (int i = 0; i < THREADS; i++) {
      Random own = new Random(random.nextLong());
      var routes = WsRouteGroup.builder().route("/ws", scope -> {}, SMALL).build();
      routes.bind(server.app());
      running.add(
          threads.submit(() -> {
            new Crowd(own, server, routes, lanes, gateway, happened).live(events / THREADS);
            return null;
          }));
    }
    for (Future<?> each : running) {
      each.get(10, TimeUnit.MINUTES);
    }
    server.clock().advance(Duration.ofDays(1)); // the timers of those who were forgotten
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          System.gc();
          return gateway.count() == 0;
        });
    lanes.forEach(lane -> lane.run(() -> {}));
    assertThat(gateway.topicCount()).isZero();
    assertThat(gateway.waitingBytes()).isZero();
    for (String topic : TOPICS) {
      gateway.clearRetained(topic);
    }
    assertThat(gateway.retainedCount()).isZero();
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** What one thread does. */
  private static final class Crowd {
    private final Random random;
    private final Conversation.Server server;
    private final WsRouteGroup routes;
    private final List<MemoryLane> lanes;
    private final WsGateway gateway;
    private final AtomicInteger happened;
    private final List<Client> clients = new ArrayList<>();

    Crowd(
        Random random,
        Conversation.Server server,
        WsRouteGroup routes,
        List<MemoryLane> lanes,
        WsGateway gateway,
        AtomicInteger happened) {
      this.random = random;
      this.server = server;
      this.routes = routes;
      this.lanes = lanes;
      this.gateway = gateway;
      this.happened = happened;
    }

    void live(int events) throws Exception {
      for (int i = 0; i < events; i++) {
        if (clients.isEmpty() || (clients.size() < AT_ONCE && random.nextInt(12) == 0)) {
          clients.add(connect());
        } else {
          event(clients.get(random.nextInt(clients.size())));
        }
        int all = happened.incrementAndGet();
        if (all % TOLD_EVERY == 0) {
          System.out.printf(
              "%,d events; %d connections, %d topics, %,d bytes wait%n",
              all, gateway.count(), gateway.topicCount(), gateway.waitingBytes());
        }
      }
      List.copyOf(clients).forEach(this::go);
    }

    private Client connect() throws Exception {
      OwnedScope scope = server.app().openScope("GET /ws");
      var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
      var session = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
      MemoryLane lane = lanes.get(random.nextInt(lanes.size()));
      MemoryPeer peer = MemoryPeer.connect(lane, session::open);
      return new Client(scope, peer, session.connection());
    }

    private void event(Client client) {
      WsConnection connection = client.connection();
      switch (random.nextInt(14)) {
        case 0, 1 -> gateway.subscribe(connection, subscription());
        case 2, 3 -> gateway.unsubscribe(connection, topic(), pattern());
        case 4, 5, 6 ->
            gateway.publish(topic(), WsMessage.text("x".repeat(random.nextInt(300))), connection);
        case 7 -> gateway.broadcast(WsMessage.text("to all"));
        case 8 -> connection.link().offer(TO_ONE, Long.MAX_VALUE); // time stands: nobody may wait
        case 9 -> client.peer().readOnly(random.nextInt(500));
        case 10 -> client.peer().readAll();
        case 11 -> retain();
        case 12 -> {
          if (random.nextBoolean()) {
            gateway.register(connection);
          } else {
            gateway.unregister(connection);
          }
        }
        default -> go(client);
      }
      client.peer().receive(); // else what it has heard is the heap's growth
    }

    private void retain() {
      try {
        gateway.publishRetained(topic(), WsMessage.text("kept " + random.nextInt()));
      } catch (IllegalStateException full) {
        gateway.clearRetained(topic());
      }
    }

    private Subscription subscription() {
      Subscription any =
          random.nextBoolean() ? Subscription.to(topic()) : Subscription.matching(pattern());
      any = any.withMaxMessages(1 + random.nextInt(10));
      return switch (random.nextInt(5)) {
        case 0 -> any;
        case 1 -> any.disconnect(Duration.ofSeconds(1));
        case 2 -> any.dropOldest().withGap(gap -> WsMessage.text(gap.toString()));
        case 3 -> any.dropNewest();
        default -> any.keepLatest(message -> message.bytes().length % 3);
      };
    }

    private String topic() {
      return TOPICS[random.nextInt(TOPICS.length)];
    }

    private String pattern() {
      return PATTERNS[random.nextInt(PATTERNS.length)];
    }

    private void go(Client client) {
      switch (random.nextInt(20)) {
        case 0 -> client.peer().vanish();
        case 1, 2, 3, 4, 5, 6 -> client.peer().reset();
        default -> client.peer().close();
      }
      client.scope().close();
      clients.remove(client);
    }
  }
}
