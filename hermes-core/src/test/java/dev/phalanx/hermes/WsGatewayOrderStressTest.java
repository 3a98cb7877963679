package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.seeds.Seed;
import dev.phalanx.transport.memory.MemoryLane;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The design's point 11, under fire: publishers, subscribers that come and go, and connections that
 * are lost, all at once on several lanes. What was heard is judged when all is over.
 */
class WsGatewayOrderStressTest {
  private static final int ROUNDS = 12;
  private static final int LANES = 3;
  private static final int SUBSCRIBERS = 9;
  private static final int PUBLISHERS = 4;
  private static final int MESSAGES = 1_000; // of each publisher, in each round
  private static final int FEW = 2 * (Branch.FLUSH_EFFORT + 1); // subscribers in a lane's turn: 2
  private static final String LAST_WORDS = "that was all";
  private static final String[] TOPICS = {"t.a", "t.b"};
  private static final String[] PATTERNS = {"*.a", "*.b"}; // that match the same

  /** Room for all that is published: nobody may be closed for reading too slowly here. */
  private static final WsConfig CONFIG =
      WsConfig.defaults().withOutboundBytes(64 << 20).withOutboundMessages(1 << 20);

  /** Also where what is published takes several turns of a lane. */
  @ParameterizedTest
  @ValueSource(ints = {Branch.EFFORT_PER_TURN, FEW})
  void everySubscriberSeesOneOrderMissesNothingAndHearsNothingItDidNotAskFor(int effort)
      throws Exception {
    Seed.run(
        "WsGatewayOrderStressTest",
        random -> {
          try (var server = Conversation.Server.start();
              var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            WsGateway gateway = new WsGateway(GatewayConfig.defaults(), effort);
            List<MemoryLane> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
              lanes.add(new MemoryLane(server.clock()));
            }
            for (int round = 0; round < ROUNDS; round++) {
              play(random, gateway, server, lanes, threads);
              assertThat(gateway.count()).isZero();
              assertThat(gateway.topicCount()).isZero();
            }
            lanes.forEach(MemoryLane::close);
          }
        });
  }

  @Test
  void whoSubscribesAgainDuringAPublishHearsItOnce() throws Exception {
    comeAndGo(
        (gateway, message) -> gateway.publish("a", message),
        (gateway, connection) -> {
          gateway.unsubscribe(connection, "a");
          gateway.subscribe(connection, "a");
        });
  }

  @Test
  void whoIsTakenOutAndSubscribesAgainDuringAPublishHearsItOnce() throws Exception {
    comeAndGo(
        (gateway, message) -> gateway.publish("a", message),
        (gateway, connection) -> {
          gateway.unregister(connection);
          gateway.subscribe(connection, "a");
        });
  }

  @Test
  void whoIsTakenOutAndRegistersAgainDuringABroadcastHearsItOnce() throws Exception {
    comeAndGo(
        WsGateway::broadcast,
        (gateway, connection) -> {
          gateway.unregister(connection);
          gateway.register(connection);
        });
  }

  private static void comeAndGo(
      BiConsumer<WsGateway, WsMessage> publish, BiConsumer<WsGateway, WsConnection> comeAgain)
      throws Exception {
    try (var server = Conversation.Server.start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      WsGateway gateway = new WsGateway(GatewayConfig.defaults(), FEW);
      List<Conversation> talks = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        talks.add(
            server.connect(CONFIG, scope -> scope.connection().inbound().forEach(message -> {})));
      }
      talks.forEach(talk -> comeAgain.accept(gateway, talk.connection()));
      publish.accept(gateway, WsMessage.text("0"));
      AtomicBoolean over = new AtomicBoolean();
      Future<?> coming =
          threads.submit(() -> {
            while (!over.get()) {
              talks.forEach(talk -> comeAgain.accept(gateway, talk.connection()));
            }
          });
      for (int number = 1; number < 3_000; number++) {
        publish.accept(gateway, WsMessage.text(String.valueOf(number)));
      }
      over.set(true);
      coming.get(30, TimeUnit.SECONDS);
      server.lane().run(() -> {}); // all that was published is out
      for (Conversation talk : talks) {
        int last = -1;
        for (HeardFrame frame : HeardFrame.in(talk.peer.receive())) {
          int number = Integer.parseInt(frame.text());
          assertThat(number).as("comes after %d", last).isGreaterThan(last);
          last = number;
        }
        assertThat(last).as("the last that was heard").isNotNegative();
        talk.close();
      }
    }
  }

  private static void play(
      Random random,
      WsGateway gateway,
      Conversation.Server server,
      List<MemoryLane> lanes,
      ExecutorService threads)
      throws Exception {
    List<Subscriber> subscribers = new ArrayList<>();
    List<Publisher> publishers = new ArrayList<>();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      var onLane = new Conversation.Server(server.clock(), lanes.get(i % LANES), server.app());
      subscribers.add(new Subscriber(gateway, onLane, publishers, random));
    }
    for (int i = 0; i < PUBLISHERS; i++) {
      publishers.add(new Publisher(i, gateway, subscribers, random));
    }
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> coming = new ArrayList<>();
    subscribers.forEach(subscriber -> coming.add(threads.submit(() -> subscriber.run(over))));
    List<Future<?>> publishing = new ArrayList<>();
    publishers.forEach(publisher -> publishing.add(threads.submit(publisher)));
    for (Future<?> each : publishing) {
      each.get(30, TimeUnit.SECONDS);
    }
    over.set(true);
    for (Future<?> each : coming) {
      each.get(30, TimeUnit.SECONDS);
    }
    for (Subscriber subscriber : subscribers) {
      subscriber.judge();
    }
    assertThat(gateway.overflows()).isZero();
  }

  /** Publishes its numbers to topics, and sends some of them to one connection. */
  private static final class Publisher implements Runnable {
    final int id;
    private final WsGateway gateway;
    private final List<Subscriber> subscribers;
    private final Random random;
    final String[] topicOf = new String[MESSAGES]; // null where it was sent; read when all is over
    volatile int begun = -1; // the last number whose publish has begun
    volatile int done = -1; // the last one whose publish has returned

    Publisher(int id, WsGateway gateway, List<Subscriber> subscribers, Random random) {
      this.id = id;
      this.gateway = gateway;
      this.subscribers = subscribers;
      this.random = new Random(random.nextLong());
    }

    String words(int number, String topic) {
      return "publish " + id + " " + number + " " + topic;
    }

    @Override
    public void run() {
      for (int number = 0; number < MESSAGES; number++) {
        if (random.nextInt(4) == 0) {
          begun = number;
          Subscriber one = subscribers.get(random.nextInt(subscribers.size()));
          one.talk.connection().sendText("send " + id + " " + number + " -");
        } else {
          String topic = TOPICS[random.nextInt(TOPICS.length)];
          topicOf[number] = topic;
          begun = number;
          gateway.publish(topic, WsMessage.text(words(number, topic)));
        }
        done = number;
        if (random.nextInt(20) == 0) {
          Thread.yield();
        }
      }
    }
  }

  /** While subscribed, and while not: what must and what can't have been heard. */
  private record Spell(String topic, boolean subscribed, int[] after, int[] upTo) {}

  /** A connection that subscribes, unsubscribes, and perhaps goes, by one thread. */
  private static final class Subscriber {
    final Conversation talk;
    private final WsGateway gateway;
    private final List<Publisher> publishers;
    private final Random random;
    private final List<Spell> spells = new ArrayList<>();
    private final int[][] since = new int[TOPICS.length][];
    private final boolean[] subscribed = new boolean[TOPICS.length];
    private final boolean byPattern;
    private boolean goes;

    Subscriber(
        WsGateway gateway, Conversation.Server server, List<Publisher> publishers, Random random)
        throws Exception {
      this.gateway = gateway;
      this.publishers = publishers;
      this.random = new Random(random.nextLong());
      this.byPattern = random.nextInt(3) == 0;
      this.talk =
          server.connect(CONFIG, scope -> scope.connection().inbound().forEach(message -> {}));
    }

    void run(AtomicBoolean over) {
      int step = 0;
      int last = random.nextInt(3) == 0 ? random.nextInt(300) : Integer.MAX_VALUE;
      while (!over.get() && step++ < last) {
        int topic = random.nextInt(TOPICS.length);
        if (subscribed[topic]) {
          unsubscribe(topic);
        } else {
          subscribe(topic);
        }
        for (int pause = random.nextInt(20); pause > 0; pause--) {
          Thread.yield();
        }
      }
      goes = !over.get();
      if (goes) {
        go();
      } else {
        for (int topic = 0; topic < TOPICS.length; topic++) {
          if (subscribed[topic]) {
            unsubscribe(topic);
          }
        }
      }
    }

    private void subscribe(int topic) {
      end(topic);
      if (byPattern) {
        gateway.subscribe(talk.connection(), Subscription.matching(PATTERNS[topic]));
      } else {
        gateway.subscribe(talk.connection(), TOPICS[topic]);
      }
      subscribed[topic] = true;
      since[topic] = publishers.stream().mapToInt(publisher -> publisher.begun).toArray();
    }

    private void unsubscribe(int topic) {
      end(topic);
      gateway.unsubscribe(talk.connection(), byPattern ? PATTERNS[topic] : TOPICS[topic]);
      subscribed[topic] = false;
      since[topic] = publishers.stream().mapToInt(publisher -> publisher.begun).toArray();
    }

    /** What began after the last change returned, and returned before the next one begins. */
    private void end(int topic) {
      int[] upTo = publishers.stream().mapToInt(publisher -> publisher.done).toArray();
      if (since[topic] != null) {
        spells.add(new Spell(TOPICS[topic], subscribed[topic], since[topic], upTo));
      }
    }

    private void go() {
      switch (random.nextInt(4)) {
        case 0 -> talk.peer.close();
        case 1 -> talk.peer.reset();
        case 2 -> talk.closes(1000, "leaving");
        default -> talk.connection().close();
      }
    }

    void judge() throws Exception {
      if (!goes) {
        assertThat(talk.connection().sendText(LAST_WORDS)).isTrue();
      }
      List<String[]> heard = listen();
      judgeOrder(heard);
      judgeSpells(heard);
      talk.close();
    }

    /** What has been heard, in words; the last of all is waited for, if there is to be one. */
    private List<String[]> listen() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] end = Conversation.bytesOf(EncodedFrame.text(Side.SERVER, LAST_WORDS));
      await()
          .atMost(Duration.ofSeconds(20))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            bytes.writeBytes(talk.peer.receive());
            return goes || endsWith(bytes.toByteArray(), end);
          });
      return HeardFrame.in(bytes.toByteArray()).stream()
          .filter(frame -> frame.opcode() == HeardFrame.TEXT && !frame.text().equals(LAST_WORDS))
          .map(frame -> frame.text().split(" "))
          .toList();
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
      int from = Math.max(0, bytes.length - end.length);
      return Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
    }

    private static void judgeOrder(List<String[]> heard) {
      Map<String, Integer> latest = new HashMap<>();
      for (String[] word : heard) {
        int number = Integer.parseInt(word[2]);
        String sent = "send " + word[1];
        String source = word[0].equals("send") ? sent : "publish " + word[1] + " " + word[3];
        // What was published before a send comes before it: so after one, nothing smaller comes.
        if (number <= Math.max(latest.getOrDefault(source, -1), latest.getOrDefault(sent, -1))) {
          fail(String.join(" ", word) + " was heard twice, or too late");
        }
        latest.put(source, number);
      }
    }

    private void judgeSpells(List<String[]> heard) {
      Set<String> words = new HashSet<>();
      heard.forEach(word -> words.add(String.join(" ", word)));
      for (Spell spell : spells) {
        for (Publisher publisher : publishers) {
          for (int n = spell.after[publisher.id] + 1; n <= spell.upTo[publisher.id]; n++) {
            if (spell.topic.equals(publisher.topicOf[n])) {
              String published = publisher.words(n, spell.topic);
              if (words.contains(published) != spell.subscribed && !(spell.subscribed && goes)) {
                fail(published + (spell.subscribed ? " was missed" : " was heard unasked for"));
              }
            }
          }
        }
      }
    }
  }
}
