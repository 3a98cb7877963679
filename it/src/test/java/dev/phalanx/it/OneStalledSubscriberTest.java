package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.Subscription;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One of many subscribers opens a socket and never reads. It gets its policy, no more waits for it
 * than may, and the others hear all; how soon, is printed. The load is a process of its own.
 */
class OneStalledSubscriberTest {
  private static final int MAY_WAIT = 20; // messages, for the one that is stalled
  private static final int SIZE = 64; // bytes of each
  private static final int FILLING = 64 << 10; // bytes of what fills its socket first
  private static final int TEXT = 0x1; // a frame's opcode
  private static final int OVERHEAD = 64 + 4; // bytes of a message that waits, besides its own

  /** A little more than noise. */
  private static final long HEAP_GROWTH = 4L << 20;

  @TempDir private Path folder;

  private record Load(int subscribers, int rate, double warmUp, double seconds) {}

  /** What was asked for, and what is heard of it when all was published. */
  private enum Policy {
    DISCONNECT {
      @Override
      Subscription of(Subscription any) {
        return any.disconnect();
      }

      @Override
      List<String> heard(List<String> published) {
        return published.subList(0, MAY_WAIT);
      }
    },

    DROP_OLDEST {
      @Override
      Subscription of(Subscription any) {
        return any.dropOldest();
      }

      @Override
      List<String> heard(List<String> published) {
        return published.subList(published.size() - MAY_WAIT, published.size());
      }
    },

    DROP_NEWEST {
      @Override
      Subscription of(Subscription any) {
        return any.dropNewest();
      }

      @Override
      List<String> heard(List<String> published) {
        return published.subList(0, MAY_WAIT);
      }
    },

    KEEP_LATEST {
      @Override
      Subscription of(Subscription any) {
        return any.keepLatest(message -> key(message.text()));
      }

      @Override
      List<String> heard(List<String> published) {
        Map<Object, String> latest = new LinkedHashMap<>(); // in the places of the first
        published.forEach(text -> latest.put(key(text), text));
        return List.copyOf(latest.values());
      }

      /** The last digit of its number. */
      private static Object key(String text) {
        return text.charAt(15);
      }
    };

    abstract Subscription of(Subscription any);

    abstract List<String> heard(List<String> published);
  }

  /** Passes on what the load publishes, and has a place for the one that doesn't read. */
  private static final class Relay implements AutoCloseable {
    private final Policy policy;
    private final CompletableFuture<WsConnection> stalled = new CompletableFuture<>();
    private final CompletableFuture<WsConnection> reading = new CompletableFuture<>();
    private final Queue<String> published = new ConcurrentLinkedQueue<>();
    private final LongAccumulator mostWaited = new LongAccumulator(Math::max, 0);
    private final Serving serving;

    Relay(Policy policy) throws IOException {
      this.policy = policy;
      WsHandler ofTheLoad = this::relay;
      WsRouteGroup routes =
          WsRouteGroup.builder()
              .route("/relay", ofTheLoad)
              .route("/stalled", scope -> arrive(scope, stalled))
              .route("/reader", scope -> arrive(scope, reading))
              .build();
      HttpServerConfig config = HttpServerConfig.defaults().withEventLoops(1); // all share it
      serving = Serving.of(runner -> runner.withConfig(config).withWebsockets(routes));
    }

    private static void arrive(WsScope scope, CompletableFuture<WsConnection> who) {
      who.complete(scope.connection());
      scope.connection().inbound().forEach(message -> {});
    }

    private void relay(WsScope scope) {
      WsGateway gateway = gateway();
      gateway.subscribe(scope.connection(), "news");
      for (WsMessage message : scope.connection().inbound()) {
        published.add(message.text());
        gateway.publish("news", message, scope.connection());
        mostWaited.accumulate(gateway.waitingBytes());
      }
    }

    private WsGateway gateway() {
      return serving.gateway();
    }

    /** One comes whose socket takes nothing more, and subscribes. */
    Peer stall() throws Exception {
      Peer peer = Peer.withLittleRoom(serving.server()).opens("/stalled");
      WsConnection connection = stalled.get(20, SECONDS);
      gateway().subscribe(connection, Subscription.to("filling").dropNewest().withMaxMessages(1));
      WsMessage filling = WsMessage.binary(new byte[FILLING]);
      try (Peer reader = serving.peer().opens("/reader")) { // hears it when the other has had it
        gateway().subscribe(reading.get(20, SECONDS), "filling");
        for (int droppedInARow = 0; droppedInARow < 20; ) { // since the socket takes nothing more
          long before = gateway().drops("filling");
          gateway().publish("filling", filling);
          reader.hearsFrame();
          droppedInARow = gateway().drops("filling") > before ? droppedInARow + 1 : 0;
        }
      }
      gateway().unsubscribe(connection, "filling");
      gateway().subscribe(connection, policy.of(Subscription.to("news")).withMaxMessages(MAY_WAIT));
      return peer;
    }

    /** The others heard all: now whether this one got its policy, and no more waited for it. */
    void judge(Peer peer) throws Exception {
      WsConnection connection = stalled.get(20, SECONDS);
      List<String> all = List.copyOf(published);
      List<String> kept = policy.heard(all);
      long bound = FILLING + OVERHEAD + 16 + MAY_WAIT * (long) (SIZE + OVERHEAD);
      assertThat(mostWaited.get()).as("bytes that waited").isBetween(1L, bound);
      if (policy == Policy.DISCONNECT) {
        assertThat(gateway().overflows()).isEqualTo(1);
        assertThat(connection.closed().code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
        assertThat(connection.closed().by()).isEqualTo(WsClosed.By.US);
        peer.losesConnection();
      } else {
        assertThat(gateway().overflows()).isZero();
        assertThat(gateway().drops("news")).isEqualTo(all.size() - kept.size());
        gateway().subscribe(connection, "end");
        gateway().publish("end", WsMessage.text("end"));
        assertThat(heard(peer)).isEqualTo(kept);
      }
      peer.close();
      await().until(() -> gateway().count() == 0);
      assertThat(gateway().waitingBytes()).isZero();
    }

    private static List<String> heard(Peer peer) throws IOException {
      List<String> heard = new ArrayList<>();
      while (true) {
        Frame frame = peer.hearsFrame();
        String text = new String(frame.payload(), UTF_8);
        if (text.equals("end")) {
          return heard;
        }
        if (frame.opcode() == TEXT) {
          heard.add(text);
        }
      }
    }

    @Override
    public void close() {
      serving.close();
    }
  }

  /** Has the load publish; in how many microseconds 99 % of all that is published is heard. */
  private double p99(Relay relay, Load load) throws Exception {
    List<String> command =
        Command.line(
            List.of("-XX:TieredStopAtLevel=4"), // it measures, so it is worth compiling
            "bench",
            "--mode=fan-out",
            "--json",
            "--connections=" + (load.subscribers() + 1),
            "--size=" + SIZE,
            "--rate=" + load.rate(),
            "--warm-up=" + load.warmUp(),
            "--duration=" + load.seconds(),
            relay.serving.ws("/relay").toString());
    Path errors = folder.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Benched ended = Benched.of(Command.ended(process, errors));
    assertThat(ended.status()).as(ended.out() + ended.errors()).isZero();
    assertThat(ended.faults()).isEmpty();
    assertThat(relay.published).hasSizeGreaterThan(2 * MAY_WAIT);
    return ended.json().get("latencyMicros").get("p99").asDouble();
  }

  private double p99WithOneStalled(Policy policy, Load load) throws Exception {
    try (Relay relay = new Relay(policy)) {
      long before = usedHeap();
      Peer peer = relay.stall();
      double p99 = p99(relay, load);
      assertThat(usedHeap() - before).as("bytes of the heap").isLessThan(HEAP_GROWTH);
      relay.judge(peer);
      return p99;
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void it_gets_its_policy_and_the_others_hear_all(Policy policy) throws Exception {
    p99WithOneStalled(policy, new Load(100, 100, 0.3, 1));
  }

  @Tag("soak")
  @Timeout(240)
  @ParameterizedTest
  @EnumSource
  void among_a_thousand_it_holds_nobody_up(Policy policy) throws Exception {
    Load load = new Load(999, 50, 2, 4);
    List<Double> ratios = new ArrayList<>();
    for (int pair = 0; pair < 5; pair++) {
      double without = pair % 2 == 0 ? p99Without(policy, load) : 0;
      double with = p99WithOneStalled(policy, load);
      without = pair % 2 == 0 ? without : p99Without(policy, load);
      ratios.add(with / without);
      System.out.printf(
          "%s: p99 without %,.0f µs, with one stalled %,.0f µs: %.2f%n",
          policy, without, with, with / without);
    }
    ratios.sort(null);
    System.out.printf("%s: p99 with / without, the median: %.2f%n", policy, ratios.get(2));
  }

  private double p99Without(Policy policy, Load load) throws Exception {
    try (Relay relay = new Relay(policy)) {
      return p99(relay, load);
    }
  }
}
