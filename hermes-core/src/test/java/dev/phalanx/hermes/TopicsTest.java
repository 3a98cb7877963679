package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.ForbiddenException;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.seeds.Seed;
import dev.phalanx.transport.memory.MemoryPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns of topics, their last values, and those who watch over subscriptions. */
class TopicsTest {
  @RegisterExtension private final Talks talks = new Talks();
  private final WsGateway gateway = talks.gateway();

  // ---- patterns ----

  @ParameterizedTest
  @CsvSource({
    "chat.*.typing, chat.lobby.typing, true",
    "chat.*.typing, chat.lobby, false",
    "chat.*.typing, chat.lobby.typing.now, false",
    "chat.>, chat.lobby, true",
    "chat.>, chat.lobby.typing, true",
    "chat.>, chat, false",
    "chat.>, chats.lobby, false",
    ">, anything.at.all, true",
    "*, one, true",
    "*, one.two, false",
    "*.*, one.two, true",
    "a.b, a.b, true",
    "a.*, a., true",
    "a.*, a.*, true",
  })
  void aPatternMatchesByTokens(String pattern, String topic, boolean matches) throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), Subscription.matching(pattern));
    gateway.publishRetained(topic, WsMessage.text("hello"));
    Conversation bob = talks.connect();
    gateway.subscribe(bob.connection(), Subscription.matching(pattern));
    if (matches) {
      ann.hears("hello");
      bob.hears("hello"); // which was retained
    }
    ann.hasHeardNothing();
    bob.hasHeardNothing();
    gateway.clearRetained(topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", ".a", "a.", "a.>.b", ">.a", "a*.b", "a.b>", "**", "*>"})
  void whatIsNoPatternIsRefusedAndNamed(String pattern) {
    assertThatThrownBy(() -> Subscription.matching(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + pattern + "\"");
  }

  @Test
  void aNameIsTakenLiterallySoThatAPeerMayChooseIt() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "chat.*", "chat.>", "..");
    gateway.publish("chat.lobby", WsMessage.text("private"));
    gateway.publish("chat.*", WsMessage.text("to a room of that name"));
    ann.hears("to a room of that name");
    ann.hasHeardNothing();
  }

  @Test
  void whoHearsATopicBySeveralSubscriptionsGetsAMessageOnce() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(ann.connection(), "chat.lobby");
    gateway.subscribe(
        ann.connection(), Subscription.matching("chat.*"), Subscription.matching("chat.>"));
    gateway.subscribe(bob.connection(), Subscription.matching("*.lobby"));
    assertThat(gateway.topicCount()).isEqualTo(4);
    gateway.publish("chat.lobby", WsMessage.text("1"));
    gateway.publish("chat.lobby", WsMessage.text("2"), bob.connection());
    gateway.publish("chat.lobby", WsMessage.text("3"), ann.connection());
    gateway.publish("chat.hall", WsMessage.text("to Ann"), bob.connection());
    ann.hears("1");
    ann.hears("2");
    ann.hears("to Ann");
    ann.hasHeardNothing();
    bob.hears("1");
    bob.hears("3");
    bob.hasHeardNothing();
    gateway.unsubscribe(ann.connection(), "chat.lobby", "chat.*");
    gateway.publish("chat.lobby", WsMessage.text("4"));
    ann.hears("4");
    gateway.unsubscribe(ann.connection(), "chat.>");
    gateway.publish("chat.lobby", WsMessage.text("5"));
    ann.hasHeardNothing();
  }

  @Test
  void atRandomItFindsWhomANaiveSearchFinds() {
    Seed.run("TopicsTest.atRandomItFindsWhomANaiveSearchFinds", this::findAtRandom);
  }

  @Test
  void aTopicAndAPatternThatLookTheSameAreTwoSubscriptions() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), Subscription.to("a.*"));
    gateway.subscribe(ann.connection(), Subscription.matching("a.*"));
    assertThat(gateway.count("a.*")).isEqualTo(2);
    gateway.publish("a.b", WsMessage.text("by the pattern"));
    gateway.publish("a.*", WsMessage.text("by both"));
    ann.hears("by the pattern");
    ann.hears("by both");
    ann.hasHeardNothing();
    gateway.unsubscribe(ann.connection(), "a.*");
    assertThat(gateway.topicCount()).isZero();
    gateway.publish("a.b", WsMessage.text("nobody"));
    ann.hasHeardNothing();
  }

  private static final String[] WORDS = {"a", "b", "c", "*", ">"};

  private void findAtRandom(Random random) throws Exception {
    Map<Conversation, Set<String>> subscribed = new HashMap<>();
    for (int i = 0; i < 6; i++) {
      subscribed.put(talks.connect(), new LinkedHashSet<>());
    }
    for (int round = 0; round < 400; round++) {
      for (var each : subscribed.entrySet()) {
        Set<String> names = each.getValue();
        if (random.nextInt(3) == 0 && !names.isEmpty()) {
          String name = names.iterator().next();
          gateway.unsubscribe(each.getKey().connection(), name);
          names.remove(name);
        } else {
          String name = pattern(random);
          gateway.subscribe(each.getKey().connection(), Subscription.matching(name));
          names.add(name);
        }
      }
      String topic = name(random, 3);
      String text = topic + " " + round;
      gateway.publish(topic, WsMessage.text(text));
      for (var each : subscribed.entrySet()) {
        if (each.getValue().stream().anyMatch(pattern -> naive(pattern, topic))) {
          each.getKey().hears(text);
        }
        each.getKey().hasHeardNothing();
      }
      Set<String> all = new LinkedHashSet<>();
      subscribed.values().forEach(all::addAll);
      assertThat(gateway.topicCount()).isEqualTo(all.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    ">, staff.>, true",
    "*.salaries, staff.>, true",
    "staff.*, staff.>, true",
    "*.*, staff.>, true",
    "staff.>, staff.salaries, true",
    "staff.>, staff.*.old, true",
    "*.a.>, staff.*, false",
    "staff, staff.>, false",
    "*, staff.>, false",
    "news.>, staff.>, false",
    "a.*.c, a.b.*, true",
    "a.*.c, *.b.d, false",
    "a.>, *.>, true",
    "a, a, true",
  })
  void patternsOverlapWhereThereIsATopicOfBoth(String one, String other, boolean overlap) {
    assertThat(Subscription.matching(one).overlaps(other)).isEqualTo(overlap);
    assertThat(Subscription.matching(other).overlaps(one)).isEqualTo(overlap);
  }

  @Test
  void aNameThatLooksLikeAPatternOverlapsWhatMatchesItLiterally() {
    Subscription literal = Subscription.to("staff.*");
    assertThat(literal.covers("staff.*")).isTrue();
    assertThat(literal.covers("staff.salaries")).isFalse();
    assertThat(literal.overlaps("staff.>")).isTrue();
    assertThat(literal.overlaps("news.>")).isFalse();
    assertThatThrownBy(() -> literal.overlaps("staff..x")).hasMessageContaining("empty token");
  }

  @Test
  void atRandomASubscriptionCoversWhatItHearsAndOverlapsWhatBothCover() {
    Seed.run("TopicsTest.atRandomASubscriptionCovers", this::coverAtRandom);
  }

  private void coverAtRandom(Random random) {
    List<String> topics = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      topics.add(name(random, 3));
    }
    for (int round = 0; round < 500; round++) {
      String one = pattern(random);
      String other = pattern(random);
      PatternTrie trie = new PatternTrie();
      trie.compute(one, none -> new Roster(newBranch(), null));
      Subscription subscription = Subscription.matching(one);
      boolean isShared = false;
      for (String topic : topics) {
        List<Roster> found = new ArrayList<>();
        trie.match(topic, found);
        assertThat(subscription.covers(topic)).as("%s %s", one, topic).isEqualTo(!found.isEmpty());
        assertThat(subscription.covers(topic)).isEqualTo(naive(one, topic));
        isShared |= subscription.covers(topic) && naive(other, topic);
      }
      if (isShared) {
        assertThat(subscription.overlaps(other)).as("%s %s", one, other).isTrue();
      }
      if (!subscription.overlaps(other)) {
        assertThat(Subscription.matching(other).overlaps(one)).isFalse();
      }
    }
  }

  private Branch newBranch() {
    return new Branch(gateway, talks.lane(), Branch.EFFORT_PER_TURN);
  }

  private static String name(Random random, int words) {
    List<String> tokens = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      tokens.add(WORDS[random.nextInt(words)]);
    }
    return String.join(".", tokens);
  }

  private static String pattern(Random random) {
    String pattern = name(random, 4);
    return random.nextInt(4) == 0 ? pattern + ".>" : pattern;
  }

  private static boolean naive(String pattern, String topic) {
    return naive(List.of(pattern.split("\\.")), List.of(topic.split("\\.")));
  }

  private static boolean naive(List<String> pattern, List<String> topic) {
    if (pattern.isEmpty() || topic.isEmpty()) {
      return pattern.isEmpty() && topic.isEmpty();
    }
    String first = pattern.getFirst();
    return first.equals(">")
        || ((first.equals("*") || first.equals(topic.getFirst()))
            && naive(pattern.subList(1, pattern.size()), topic.subList(1, topic.size())));
  }

  // ---- the last value ----

  @Test
  void whoSubscribesLaterHearsTheRetainedValueFirst() throws Exception {
    gateway.publishRetained("price.a", WsMessage.text("a 1"));
    gateway.publishRetained("price.a", WsMessage.text("a 2"));
    gateway.publishRetained("price.b", WsMessage.text("b 1"));
    gateway.publish("price.b", WsMessage.text("b, passing"));
    assertThat(gateway.retainedCount()).isEqualTo(2);
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "price.a");
    gateway.publishRetained("price.a", WsMessage.text("a 3"));
    ann.hears("a 2");
    ann.hears("a 3");
    gateway.subscribe(ann.connection(), "price.a");
    ann.hasHeardNothing();
    Conversation bob = talks.connect();
    gateway.subscribe(bob.connection(), Subscription.matching("price.*"));
    assertThat(Set.of(text(bob), text(bob))).containsExactlyInAnyOrder("a 3", "b 1");
    gateway.clearRetained("price.a");
    assertThat(gateway.retained("price.a")).isNull();
    assertThat(gateway.retained("price.b")).isEqualTo(WsMessage.text("b 1"));
    Conversation eve = talks.connect();
    gateway.subscribe(eve.connection(), "price.a");
    eve.hasHeardNothing();
    gateway.clearRetained("price.b");
    assertThat(gateway.retainedCount()).isZero();
  }

  private static String text(Conversation talk) {
    return new String(((Event.Text) talk.hears()).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void retainedValuesAreBoundedAndTheLimitIsNamed() {
    WsGateway small =
        new WsGateway(GatewayConfig.defaults().withRetainedTopics(2).withRetainedBytes(1_000));
    small.publishRetained("a", WsMessage.text("1"));
    small.publishRetained("b", WsMessage.text("1"));
    small.publishRetained("b", WsMessage.text("2"));
    assertThatThrownBy(() -> small.publishRetained("c", WsMessage.text("1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("retainedTopics (2)");
    assertThatThrownBy(() -> small.publishRetained("b", WsMessage.text("x".repeat(1_000))))
        .hasMessageContaining("retainedBytes (1000 bytes)");
    assertThat(small.retained("b")).isEqualTo(WsMessage.text("2"));
    small.clearRetained("a");
    small.publishRetained("c", WsMessage.text("1"));
    assertThat(small.retainedCount()).isEqualTo(2);
  }

  /** Of a topic's retained values, who subscribes meanwhile hears all from some one on. */
  @Test
  void whoSubscribesDuringARetainedPublishMissesNothingAndHearsNothingTwice() throws Exception {
    int last = 3_000;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      gateway.publishRetained("n.1", WsMessage.text("0"));
      Future<?> publisher =
          threads.submit(() -> {
            for (int i = 1; i <= last; i++) {
              gateway.publishRetained("n.1", WsMessage.text(String.valueOf(i)));
            }
          });
      for (int i = 0; i < 30; i++) {
        Conversation talk = talks.connect();
        gateway.subscribe(
            talk.connection(), i % 2 == 0 ? Subscription.to("n.1") : Subscription.matching("n.*"));
      }
      publisher.get(30, TimeUnit.SECONDS);
    }
    for (Conversation talk : talks) {
      int next = Integer.parseInt(text(talk));
      while (next < last) {
        assertThat(text(talk)).isEqualTo(String.valueOf(++next));
      }
      talk.hasHeardNothing();
    }
  }

  // ---- hooks ----

  /** Says who comes and goes, and lets nobody into the cellar. */
  private static final class Porter implements SubscriptionHook {
    final Queue<String> said = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeSubscribe(WsConnection connection, Subscription subscription) {
      if (subscription.name().equals("cellar")) {
        throw new ForbiddenException("nobody may");
      }
    }

    @Override
    public void onSubscribe(WsConnection connection, Subscription subscription) {
      said.add("+" + subscription.name());
    }

    @Override
    public void onUnsubscribe(WsConnection connection, Subscription subscription) {
      said.add("-" + subscription.name() + (Thread.currentThread().isVirtual() ? " (left)" : ""));
    }

    @Override
    public void onForgotten(String connectionId, Subscription subscription) {
      said.add("forgotten " + connectionId + " " + subscription.name());
    }
  }

  @Test
  void aHookHearsWhoComesAndGoesAndMayRefuse() throws Exception {
    Porter porter = new Porter();
    gateway.addHook(porter);
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "hall");
    gateway.subscribe(ann.connection(), "hall");
    assertThatThrownBy(() -> gateway.subscribe(ann.connection(), "attic", "cellar", "roof"))
        .isInstanceOf(ForbiddenException.class);
    gateway.publish("cellar", WsMessage.text("rats"));
    gateway.unsubscribe(ann.connection(), "hall", "never heard of");
    assertThat(porter.said).containsExactly("+hall", "+attic", "-hall");
    gateway.unregister(ann.connection());
    assertThat(porter.said).endsWith("-attic");
    gateway.subscribe(ann.connection(), Subscription.matching("x.>"));
    ann.peer.reset();
    Awaitility.await().until(() -> porter.said.contains("-x.> (left)")); // not on the lane
    assertThat(porter.said).hasSize(6);
  }

  @Test
  void aHookThatWasRemovedHearsNoMore() throws Exception {
    Porter porter = new Porter();
    var first = gateway.addHook(porter);
    var second = gateway.addHook(porter);
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "hall");
    first.close();
    first.close();
    gateway.subscribe(ann.connection(), "attic");
    second.close();
    gateway.subscribe(ann.connection(), "cellar");
    gateway.unsubscribe(ann.connection(), "attic");
    assertThat(porter.said).containsExactly("+hall", "+hall", "+attic");
  }

  /** Whoever is quicker: a subscription that ends while hooks hear that it began. */
  @Test
  void aHookHearsOfTheEndAfterTheBeginning() throws Exception {
    Conversation ann = talks.connect();
    gateway.addHook(
        new SubscriptionHook() {
          @Override
          public void onSubscribe(WsConnection connection, Subscription subscription) {
            ann.peer.reset(); // before the others have heard that it began
            gateway.unregister(connection);
          }
        });
    Porter porter = new Porter();
    gateway.addHook(porter);
    gateway.subscribe(ann.connection(), "hall");
    // Either of the two ends the subscription: the hook's own thread, or the one that sees the
    // reset.
    Awaitility.await().until(() -> porter.said.size() == 2);
    assertThat(List.copyOf(porter.said))
        .isIn(List.of("+hall", "-hall"), List.of("+hall", "-hall (left)"));
    assertThat(gateway.topicCount()).isZero();
  }

  @Test
  void aHookHearsOfAConnectionThatWasCollected() throws Exception {
    Porter porter = new Porter();
    gateway.addHook(porter);
    String id = subscribeAndForget("hall");
    Awaitility.await()
        .until(() -> {
          System.gc();
          gateway.count();
          return porter.said.contains("forgotten " + id + " hall");
        });
    assertThat(porter.said).hasSize(2);
  }

  /** A connection without a handler, whose wire vanishes without a word. */
  private String subscribeAndForget(String topic) throws Exception {
    var routes = WsRouteGroup.builder().route("/ws", scope -> {}).build();
    routes.bind(talks.server().app());
    try (var scope = talks.server().app().openScope("GET /ws")) {
      var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
      var session = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
      MemoryPeer peer = MemoryPeer.connect(talks.lane(), session::open);
      gateway.subscribe(session.connection(), topic);
      peer.vanish();
      return session.connection().id();
    }
  }

  @Test
  void aHandlerThatIsRefusedAndSaysNothingIsClosedWith1008() throws Exception {
    gateway.addHook(new Porter());
    try (Conversation eve =
        talks
            .server()
            .connect(
                WsConfig.defaults(), scope -> gateway.subscribe(scope.connection(), "cellar"))) {
      assertThat(eve.hears())
          .isInstanceOfSatisfying(
              Event.Close.class, close -> assertThat(close.code()).isEqualTo(1008));
    }
  }

  // ---- many ----

  /** With others' work between: here a task that looks how far it is. */
  @Test
  void whatIsPublishedToVeryManyTakesSeveralTurnsOfALane() throws Exception {
    int perTurn = 10;
    WsGateway huge = new WsGateway(GatewayConfig.defaults(), perTurn * (1 + Branch.FLUSH_EFFORT));
    Conversation ann = talks.connect();
    for (int i = 1; i < 35; i++) {
      huge.subscribe(
          talks.connect().connection(), Subscription.matching("*"), Subscription.to("news"));
    }
    huge.subscribe(ann.connection(), Subscription.matching(">"));
    List<Long> heard = new ArrayList<>();
    Map<Conversation, String> words = new HashMap<>();
    Runnable look =
        () -> {
          talks.forEach(talk -> words.merge(talk, heardBy(talk), String::concat));
          heard.add(words.values().stream().filter(said -> !said.isEmpty()).count());
        };
    talks.settle();
    talks
        .lane()
        .run(() -> {
          Thread publisher =
              Thread.ofVirtual()
                  .start(() -> {
                    huge.publish("news", WsMessage.text("n1"));
                    huge.publish("news", WsMessage.text("n2"));
                    huge.unsubscribe(ann.connection(), ">");
                    huge.publish("news", WsMessage.text("n3"), talks.newest().connection());
                    ann.connection().sendText("sent");
                  });
          join(publisher);
          for (int i = 0; i < 4; i++) {
            talks.lane().execute(look);
          }
        });
    talks.settle(); // one look is behind each turn at most
    Awaitility.await()
        .until(() -> {
          talks.lane().run(look);
          return words.get(ann).equals("n1n2sent");
        });
    assertThat(heard.getFirst()).isEqualTo(perTurn);
    for (Conversation talk : talks) {
      String all = talk == talks.newest() ? "n1n2" : talk == ann ? "n1n2sent" : "n1n2n3";
      assertThat(words.get(talk)).isEqualTo(all);
    }
  }

  private static String heardBy(Conversation talk) {
    return HeardFrame.in(talk.peer.receive()).stream()
        .map(HeardFrame::text)
        .collect(Collectors.joining());
  }

  @Test
  void whatIsPublishedWhileALaneIsBusyIsFlushedOnce() throws Exception {
    WsHandler listener = scope -> scope.connection().inbound().forEach(message -> {});
    try (WatchedWire ann = new WatchedWire(talks.server(), WsConfig.defaults(), listener);
        WatchedWire bob = new WatchedWire(talks.server(), WsConfig.defaults(), listener)) {
      gateway.subscribe(ann.connection, "a", "b");
      gateway.subscribe(bob.connection, "a");
      talks
          .server()
          .lane()
          .run(() -> {
            Thread publisher =
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = 0; i < 20; i++) {
                        gateway.publish(i % 3 == 0 ? "b" : "a", WsMessage.text("n" + i));
                      }
                    });
            join(publisher);
          });
      talks.settle();
      assertThat(ann.flushes()).isEqualTo(1);
      assertThat(bob.flushes()).isEqualTo(1);
      assertThat(HeardFrame.in(ann.peer.receive())).hasSize(20);
      assertThat(HeardFrame.in(bob.peer.receive())).hasSize(13);
    }
  }

  @Test
  void whatIsSentAfterPublishingInTwoGatewaysComesAfterBoth() throws Exception {
    WsGateway another = new WsGateway();
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    another.subscribe(ann.connection(), "news");
    talks
        .server()
        .lane()
        .run(() -> {
          Thread publisher =
              Thread.ofVirtual()
                  .start(() -> {
                    for (int i = 0; i < 50; i++) {
                      gateway.publish("news", WsMessage.text("one " + i));
                      another.publish("news", WsMessage.text("other " + i));
                      ann.connection().sendText("sent " + i);
                    }
                  });
          join(publisher);
        });
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      heard.add(text(ann));
    }
    for (int i = 0; i < 50; i++) {
      int sent = heard.indexOf("sent " + i);
      assertThat(heard.subList(0, sent)).contains("one " + i, "other " + i);
      if (i > 0) {
        assertThat(heard.subList(0, sent)).contains("sent " + (i - 1));
      }
    }
  }

  /** One of many doesn't read: it gets its policy, the others everything, in good time. */
  @Test
  void oneStalledSubscriberAmongManyHoldsNobodyUp() throws Exception {
    Conversation stalled = talks.connect();
    gateway.subscribe(
        stalled.connection(), Subscription.to("news").withMaxMessages(10).dropOldest());
    stalled.peer.readOnly(0);
    for (int i = 0; i < 200; i++) {
      gateway.subscribe(talks.connect().connection(), "news");
    }
    long most = 0;
    for (int i = 0; i < 100; i++) {
      gateway.publish("news", WsMessage.text("n" + i));
      talks.settle();
      most = Math.max(most, gateway.waitingBytes());
      for (Conversation talk : talks) {
        if (talk != stalled) {
          talk.hears("n" + i);
        }
      }
    }
    assertThat(most).isLessThan(10 * (64 + 8));
    assertThat(gateway.drops(stalled.connection())).isEqualTo(89); // one was in flight
    stalled.peer.readAll();
    stalled.hears("n0");
    for (int i = 90; i < 100; i++) {
      stalled.hears("n" + i);
    }
  }

  @Test
  void aPublisherThatIsQuickerThanTheLaneIsHeldUpAndNothingIsLost() throws Exception {
    int all = 20_000;
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    talks
        .lane()
        .execute(() -> {
          held.countDown();
          await(free);
        });
    await(held); // else the lane might take some of it before
    AtomicInteger published = new AtomicInteger();
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              while (published.get() < all) {
                gateway.publish("news", WsMessage.text("n" + published.get()));
                published.incrementAndGet();
              }
            });
    Awaitility.await().until(() -> publisher.getState() == Thread.State.TIMED_WAITING);
    assertThat(published.get()).isBetween(1_000, 1_100);
    free.countDown();
    assertThat(publisher.join(Duration.ofSeconds(20))).isTrue();
    for (int i = 0; i < all; i++) {
      ann.hears("n" + i);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
