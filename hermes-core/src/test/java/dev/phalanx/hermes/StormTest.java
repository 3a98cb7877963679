package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import dev.phalanx.transport.memory.MemoryLane;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers come, and are gone in every phase, while handlers subscribe, unsubscribe, publish, send,
 * count and close. Afterwards nothing is left of them and the next one is served; and the flight
 * recorder shows that no lane has waited for a lock of hermes-core.
 */
class StormTest {
  private static final Duration WARMS_UP = Duration.ofSeconds(2); // classes are loaded then
  private static final Duration LASTS = Duration.ofSeconds(4);
  private static final int CLIENTS = 12;
  private static final int LANES = 2;
  private static final String[] TOPICS = {"room.a", "room.b", "room.c"};

  @TempDir Path files;

  @Test
  void peersThatComeAndGoLeaveNothingBehindAndNoLaneWaits() throws Exception {
    Seed.run("StormTest", this::storm);
  }

  private void storm(Random random) throws Exception {
    Path file = files.resolve("storm.jfr");
    try (var server = Conversation.Server.start();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Recording recording = new Recording()) {
      recording.enable("jdk.JavaMonitorEnter").withThreshold(Duration.ZERO).withStackTrace();
      recording.enable("jdk.ThreadPark").withThreshold(Duration.ZERO).withStackTrace();
      WsGateway gateway = server.gateway();
      List<MemoryLane> lanes = new ArrayList<>();
      for (int i = 0; i < LANES; i++) {
        lanes.add(new MemoryLane(server.clock()));
      }
      storm(WARMS_UP, random, server, lanes, threads);
      recording.start();
      storm(LASTS, random, server, lanes, threads);
      recording.stop();
      recording.dump(file);
      assertThat(gateway.count()).isZero();
      assertThat(gateway.topicCount()).isZero();
      for (MemoryLane lane : lanes) {
        lane.run(() -> {});
        serves(new Conversation.Server(server.clock(), lane, server.app()));
        lane.run(() -> {});
      }
      assertThat(gateway.waitingBytes()).isZero();
      lanes.forEach(MemoryLane::close);
    }
    assertThat(waits(file)).isEmpty();
  }

  private static void storm(
      Duration lasts,
      Random random,
      Conversation.Server server,
      List<MemoryLane> lanes,
      ExecutorService threads)
      throws Exception {
    long end = System.nanoTime() + lasts.toNanos();
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      var onLane = new Conversation.Server(server.clock(), lanes.get(i % LANES), server.app());
      Random own = new Random(random.nextLong());
      clients.add(
          threads.submit(() -> {
            while (System.nanoTime() - end < 0) {
              comeAndGo(onLane, own);
            }
            return null;
          }));
    }
    for (Future<?> client : clients) {
      client.get(30, TimeUnit.SECONDS);
    }
  }

  /** One peer, from its handshake to its end, which may come at any time. */
  private static void comeAndGo(Conversation.Server server, Random random) throws Exception {
    long seed = random.nextLong();
    try (Conversation talk =
        server.connect(WsConfig.defaults(), scope -> handle(scope, new Random(seed)))) {
      for (int i = random.nextInt(4); i > 0; i--) {
        talk.says("text " + i);
      }
      switch (random.nextInt(4)) {
        case 0 -> talk.peer.close();
        case 1 -> talk.peer.reset();
        case 2 -> talk.closes(1000, "");
        default -> {
          Thread.yield();
          talk.peer.reset();
        }
      }
    }
  }

  private static void handle(WsScope scope, Random random) {
    WsGateway gateway = scope.service(WsGateway.class);
    WsConnection connection = scope.connection();
    String topic = TOPICS[random.nextInt(TOPICS.length)];
    gateway.subscribe(connection, topic);
    gateway.publish(topic, WsMessage.text("join " + UUID.randomUUID()), connection);
    for (int i = random.nextInt(6); i > 0; i--) {
      String other = TOPICS[random.nextInt(TOPICS.length)];
      switch (random.nextInt(8)) {
        case 0 -> gateway.subscribe(connection, Subscription.matching("room.*").dropOldest());
        case 1 -> gateway.unsubscribe(connection, other);
        case 2 -> gateway.subscribe(connection, Subscription.to(other).keepLatest(m -> m.text()));
        case 3 -> gateway.count(other);
        case 4 -> connection.sendText("sent");
        case 5 -> gateway.broadcast(WsMessage.text("to all"));
        case 6 -> gateway.unregister(connection);
        default -> gateway.publishRetained(other, WsMessage.text("kept"));
      }
    }
    connection
        .inbound()
        .forEach(message -> {
          gateway.publish(topic, message, connection);
          connection.send(message);
        });
    if (random.nextBoolean()) {
      connection.close();
    }
    gateway.publish(topic, WsMessage.text("leave"), connection);
  }

  private static void serves(Conversation.Server server) throws Exception {
    try (Conversation talk =
        server.connect(
            WsConfig.defaults(),
            scope -> {
              server.gateway().subscribe(scope.connection(), "afterwards");
              server.gateway().publish("afterwards", WsMessage.text("served"));
              scope.connection().inbound().forEach(message -> {});
            })) {
      talk.hears("served");
    }
  }

  /** Where lanes have waited for a lock, or parked, in the code of hermes-core itself. */
  private static TreeSet<String> waits(Path file) throws Exception {
    TreeSet<String> waits = new TreeSet<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      RecordedStackTrace stack = event.getStackTrace();
      if (stack != null
          && event.getThread() != null
          && "memory-lane".equals(event.getThread().getJavaName())) {
        for (RecordedFrame frame : stack.getFrames()) {
          String type = frame.getMethod().getType().getName();
          if (type.startsWith("dev.phalanx.")) {
            if (type.startsWith("dev.phalanx.hermes.")) {
              waits.add(
                  type + "." + frame.getMethod().getName() + " " + event.getEventType().getName());
            }
            break;
          }
        }
      }
    }
    return waits;
  }
}
