package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.seeds.Seed;
import dev.phalanx.transport.memory.MemoryLane;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber that doesn't read, and what becomes of it by the policy of its subscription. */
class SlowConsumerTest {
  private static final WsConfig SMALL =
      WsConfig.defaults().withSendHighWater(1_000).withOutboundBytes(10_000);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @RegisterExtension private final Talks talks = new Talks();
  private final WsGateway gateway = talks.gateway();

  /** One whose socket takes nothing more, so that everything waits but the first message. */
  private Conversation stalled(WsConfig config, Subscription subscription) throws Exception {
    Conversation talk = talks.connect(config);
    gateway.subscribe(talk.connection(), subscription);
    talk.peer.readOnly(0);
    publish("in flight");
    return talk;
  }

  private Conversation stalled(Subscription subscription) throws Exception {
    return stalled(WsConfig.defaults(), subscription);
  }

  private void publish(String text) {
    gateway.publish("news", WsMessage.text(text));
    talks.settle();
  }

  private void publishNumbers(int from, int to) {
    for (int i = from; i <= to; i++) {
      publish(String.valueOf(i));
    }
  }

  private static Subscription news() {
    return Subscription.to("news");
  }

  // ---- disconnect ----

  @Test
  void byDefaultItIsClosedWith1013SoThatItComesBackLater() throws Exception {
    Conversation ann = stalled(news().withMaxMessages(3));
    publishNumbers(1, 3);
    assertThat(ann.connection().isOpen()).isTrue();
    publish("4");
    assertThat(gateway.overflows()).isEqualTo(1);
    assertThat(gateway.drops()).isEqualTo(1);
    publish("5");
    assertThat(gateway.overflows()).as("only once").isEqualTo(1);
    ann.peer.readAll();
    ann.hears("in flight", "1", "2", "3");
    ann.hearsClose(1013, "reading too slowly for maxMessages (3)");
    ann.hasHeardNothing();
  }

  @Test
  void itMayBeToldWhenToComeBack() throws Exception {
    Conversation ann = stalled(SMALL, news().withMaxMessages(1).disconnect(Duration.ofSeconds(30)));
    publishNumbers(1, 2);
    ann.peer.readAll();
    ann.hears("in flight", "1");
    ann.hearsClose(1013, "retry-after=30");
  }

  @Test
  void messagesThatWaitForAConnectionAreCountedOverAllItsSubscriptions() throws Exception {
    Conversation ann = stalled(WsConfig.defaults().withOutboundMessages(2), news());
    gateway.subscribe(ann.connection(), "sports");
    publish("1");
    gateway.publish("sports", WsMessage.text("2"));
    publish("3");
    ann.peer.readAll();
    ann.hears("in flight", "1", "2");
    ann.hearsClose(1013, "reading too slowly for outboundMessages (2)");
  }

  @Test
  void whatWasPublishedBeforeACloseGoesOut() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), news());
    gateway.publish("news", WsMessage.text("last words"));
    ann.connection().close();
    gateway.publish("news", WsMessage.text("too late"));
    ann.hears("last words");
    ann.hearsClose(1000, "");
    ann.hasHeardNothing();
  }

  // ---- drop ----

  @Test
  void dropOldestKeepsTheNewest() throws Exception {
    Conversation ann = stalled(news().withMaxMessages(3).dropOldest());
    publishNumbers(1, 10);
    assertThat(gateway.drops()).isEqualTo(7);
    assertThat(gateway.drops("news")).isEqualTo(7);
    assertThat(gateway.drops(ann.connection())).isEqualTo(7);
    assertThat(gateway.overflows()).isZero();
    ann.peer.readAll();
    ann.hears("in flight", "8", "9", "10");
    publish("11");
    ann.hears("11");
    ann.hasHeardNothing();
  }

  @Test
  void dropNewestKeepsTheOldest() throws Exception {
    Conversation ann = stalled(news().withMaxMessages(3).dropNewest());
    publishNumbers(1, 10);
    assertThat(gateway.drops()).isEqualTo(7);
    ann.peer.readAll();
    ann.hears("in flight", "1", "2", "3");
    publish("11");
    ann.hears("11");
  }

  @Test
  void keepLatestReplacesInPlace() throws Exception {
    Conversation ann =
        stalled(news().withMaxMessages(3).keepLatest(message -> message.text().charAt(0)));
    for (String text : new String[] {"a1", "b1", "a2", "c1", "b2", "a3"}) {
      publish(text);
    }
    await().until(() -> gateway.drops() == 3); // the keys are found on another thread
    publish("d1"); // no room: the oldest goes
    await().until(() -> gateway.drops() == 4);
    ann.peer.readAll();
    ann.hears("in flight", "b2", "c1", "d1");
    ann.hasHeardNothing();
  }

  @Test
  void keepLatestOfEachTopicNeedsNoFunction() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(
        ann.connection(), Subscription.matching("price.*").withMaxMessages(2).keepLatest());
    ann.peer.readOnly(0);
    gateway.publish("price.tea", WsMessage.text("in flight"));
    talks.settle();
    for (String text : new String[] {"tea 1", "rum 1", "tea 2", "rum 2", "tea 1000"}) {
      gateway.publish("price." + text.substring(0, 3), WsMessage.text(text));
      talks.settle();
    }
    assertThat(gateway.drops()).isEqualTo(3);
    ann.peer.readAll();
    ann.hears("in flight", "tea 1000", "rum 2");
    ann.hasHeardNothing();
  }

  /** A burst in one turn: what is no latest is not mistaken for one before its key is known. */
  @Test
  void keepLatestLosesNoLatestInABurst() throws Exception {
    Conversation ann =
        stalled(news().withMaxMessages(3).keepLatest(message -> message.text().charAt(0)));
    talks
        .lane()
        .run(() -> {
          publishOffTheLane("a0", "b0", "c0");
          for (int i = 1; i <= 200; i++) {
            publishOffTheLane("a" + i);
          }
        });
    await().until(() -> gateway.drops() == 200);
    ann.peer.readAll();
    ann.hears("in flight", "a200", "b0", "c0");
    ann.hasHeardNothing();
  }

  private void publishOffTheLane(String... texts) {
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              for (String text : texts) {
                gateway.publish("news", WsMessage.text(text));
              }
            });
    try {
      publisher.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKeysFunctionIsCalledForSlowSubscribersOnlyAndNeitherByTheLaneNorByThePublisher()
      throws Exception {
    Set<Thread> callers = ConcurrentHashMap.newKeySet();
    Function<WsMessage, Object> first =
        message -> {
          callers.add(Thread.currentThread());
          return message.text().substring(0, 1);
        };
    Conversation quick = talks.connect();
    gateway.subscribe(quick.connection(), news().keepLatest(first));
    for (int i = 0; i < 20; i++) {
      publish("a" + i);
      quick.hears("a" + i);
    }
    assertThat(callers).isEmpty();
    Conversation slow = stalled(news().keepLatest(first));
    publishNumbers(1, 30);
    await().until(() -> gateway.drops() > 0);
    assertThat(callers)
        .allSatisfy(caller -> assertThat(caller.getName()).startsWith("keys "))
        .allSatisfy(caller -> assertThat(caller.isVirtual()).isTrue());
    slow.peer.reset();
  }

  /** Which can't be compared with another: so nothing may be done for each one at a publish. */
  @Test
  void manyFunctionsThatCaptureCostAPublisherNothing() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    List<Long> allocated = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int mine = i;
      Conversation talk = talks.connect();
      Subscription capturing =
          news()
              .keepLatest(message -> {
                calls.incrementAndGet();
                return mine;
              });
      long before = THREADS.getCurrentThreadAllocatedBytes();
      gateway.subscribe(talk.connection(), capturing);
      allocated.add(THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(Collections.max(allocated.subList(300, 400)))
        .as("bytes, to join when there are many")
        .isLessThan(20_000);
    publish("news");
    assertThat(calls).hasValue(0);
    for (Conversation talk : talks) {
      talk.hears("news");
    }
  }

  @Test
  void aFunctionThatIsSlowerThanThePublisherKeepsWithinTheConnectionsLimits() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    Conversation ann =
        stalled(
            WsConfig.defaults().withOutboundMessages(10),
            news()
                .keepLatest(message -> {
                  awaitQuietly(answer);
                  return message.text();
                }));
    publishNumbers(1, 100);
    assertThat(gateway.drops()).isBetween(80L, 90L);
    assertThat(gateway.waitingBytes()).isLessThanOrEqualTo(20 * (Waiting.OVERHEAD + 8));
    answer.countDown();
    ann.peer.readAll();
    String last = "";
    while (!last.equals("100")) {
      last = text(ann);
    }
    ann.hasHeardNothing();
  }

  @Test
  void whatWaitsForItsKeyIsForgottenWithItsConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Conversation ann =
        stalled(
            news()
                .keepLatest(message -> {
                  asked.countDown();
                  awaitQuietly(answer);
                  return 1;
                }));
    publishNumbers(1, 5);
    asked.await();
    ann.peer.reset();
    answer.countDown();
    ann.seesTheHandlerEnd();
    assertThat(gateway.count()).isZero();
    assertThat(gateway.waitingBytes()).isZero();
  }

  @Test
  void whatHasNoKeyOrAKeyThatFailsIsKeptBesideOthers() throws Exception {
    Conversation ann =
        stalled(
            news()
                .keepLatest(message -> {
                  if (message.text().equals("broken")) {
                    throw new IllegalStateException("no key");
                  }
                  return null;
                }));
    try (var log = CapturedLog.of(WsGateway.class.getName(), Level.WARNING)) {
      publishNumbers(1, 2);
      publish("broken");
      await().until(() -> log.messages().stream().anyMatch(line -> line.contains("no key of a")));
    }
    ann.peer.readAll();
    ann.hears("in flight", "1", "2", "broken");
  }

  /** A map compares keys of one bucket, too, when it removes one of them. */
  private record Colliding(int number, AtomicBoolean fails) {
    @Override
    public int hashCode() {
      return number / 2;
    }

    @Override
    public boolean equals(Object other) {
      boolean same = other instanceof Colliding its && its.number == number;
      if (!same && fails.getAndSet(false)) {
        throw new IllegalStateException("not equal");
      }
      return same;
    }
  }

  @Test
  void keysAreFoundAgainAfterAnErrorWhereOldOnesAreForgotten() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    stalled(
        news()
            .withMaxMessages(16)
            .keepLatest(message -> {
              calls.incrementAndGet();
              return new Colliding(Integer.parseInt(message.text()), fails);
            }));
    publishNumbers(0, 15);
    for (int i = 16; i < 32; i++) {
      publishInPlaceOfTheOldest(i);
    }
    publishInPlaceOfTheOldest(0); // again: of its bucket, only 1 is to be forgotten
    fails.set(true);
    publishInPlaceOfTheOldest(32);
    publish("0");
    await().until(() -> !fails.get());

    int before = calls.get();
    await()
        .until(() -> {
          publish("0");
          return calls.get() > before;
        });
  }

  private void publishInPlaceOfTheOldest(int number) {
    long before = gateway.drops();
    publish(String.valueOf(number));
    await().until(() -> gateway.drops() > before);
  }

  @Test
  void bytesAreBoundedAndOneMessageIsAlwaysAdmitted() throws Exception {
    Conversation ann = stalled(news().withMaxBytes(100).dropOldest());
    publish("x".repeat(500));
    assertThat(gateway.drops()).isZero();
    publish("y".repeat(40));
    publish("z".repeat(40));
    assertThat(gateway.drops()).isEqualTo(1);
    ann.peer.readAll();
    ann.hears("in flight", "y".repeat(40), "z".repeat(40));
  }

  @Test
  void aMessageThatHasBegunToGoOutIsNotDropped() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), news().withMaxMessages(1).dropOldest());
    ann.peer.readOnly(100);
    String large = "x".repeat(200_000);
    publish(large);
    publishNumbers(1, 5);
    assertThat(gateway.drops()).isEqualTo(4);
    ann.peer.readAll();
    ann.hears(large, "5");
    ann.hasHeardNothing();
  }

  @Test
  void whatWasSentAndOtherSubscriptionsAreNeverDropped() throws Exception {
    Conversation ann = stalled(SMALL, news().withMaxMessages(2).dropOldest());
    gateway.subscribe(ann.connection(), Subscription.to("orders"));
    for (int i = 1; i <= 5; i++) {
      publish("news " + i);
      assertThat(ann.connection().sendText("sent " + i)).isTrue();
      gateway.publish("orders", WsMessage.text("order " + i));
    }
    ann.pings("still there?");
    talks.settle();
    assertThat(gateway.drops("news")).isEqualTo(3);
    assertThat(gateway.drops("orders")).isZero();
    ann.peer.readAll();
    ann.hears("in flight");
    ann.hearsPong("still there?"); // ahead of what waits
    ann.hears(
        "sent 1", "order 1", "sent 2", "order 2", "sent 3", "order 3", "news 4", "sent 4",
        "order 4", "news 5", "sent 5", "order 5");
  }

  @Test
  void roomThatDropsMakeWakesSenders() throws Exception {
    Conversation ann = stalled(SMALL, news().withMaxMessages(1).dropOldest());
    publish("x".repeat(2_000)); // above sendHighWater
    Thread sender = Thread.ofVirtual().start(() -> ann.connection().sendText("patient"));
    await()
        .until(() ->
            sender.getState() == Thread.State.TIMED_WAITING
                || sender.getState() == Thread.State.WAITING);
    publish("short");
    assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
    ann.peer.readAll();
    ann.hears("in flight", "short", "patient");
  }

  @Test
  void anotherPolicyHoldsFromThenOn() throws Exception {
    Conversation ann = stalled(news().withMaxMessages(2).dropNewest());
    publishNumbers(1, 3);
    gateway.subscribe(ann.connection(), news().withMaxMessages(2).dropOldest());
    publishNumbers(4, 5);
    assertThat(gateway.count("news")).isEqualTo(1);
    ann.peer.readAll();
    ann.hears("in flight", "4", "5");
    ann.hasHeardNothing();
  }

  /** Whatever is dropped: what is heard is in order, and what is missing was counted. */
  @Test
  void dropsLeaveGapsAndNeverReorder() {
    Seed.run("SlowConsumerTest.dropsLeaveGapsAndNeverReorder", this::dropAtRandom);
  }

  private void dropAtRandom(Random random) throws Exception {
    Subscription[] all = {
      news().withMaxMessages(5).dropOldest().withGap(SlowConsumerTest::words),
      news().withMaxMessages(5).dropNewest().withGap(SlowConsumerTest::words),
      news().withMaxBytes(60).dropOldest(),
      news().withMaxMessages(4).keepLatest(message -> message.text().length()),
    };
    for (Subscription subscription : all) {
      Conversation ann = talks.connect();
      gateway.subscribe(ann.connection(), subscription);
      long before = gateway.drops();
      int published = 300;
      for (int i = 0; i < published; i++) {
        publish(String.valueOf(i));
        switch (random.nextInt(12)) {
          case 0 -> ann.peer.readAll();
          case 1, 2 -> ann.peer.readOnly(random.nextInt(30));
          default -> {}
        }
      }
      ann.peer.readAll();
      assertThat(ann.connection().sendText("end")).isTrue();
      int heard = 0;
      int missed = 0;
      int last = -1;
      String text;
      while (!(text = text(ann)).equals("end")) {
        if (text.startsWith("gap ")) {
          missed += Integer.parseInt(text.substring(4));
        } else {
          int number = Integer.parseInt(text);
          assertThat(number).as("after %d", last).isGreaterThan(last);
          last = number;
          heard++;
        }
      }
      long dropped = gateway.drops() - before;
      assertThat(heard + dropped).as("%s", subscription).isEqualTo(published);
      if (subscription.gap() != null) {
        assertThat((long) missed).isEqualTo(dropped);
      } else {
        assertThat(missed).isZero();
      }
      gateway.unregister(ann.connection());
    }
  }

  private static WsMessage words(Gap gap) {
    return WsMessage.text("gap " + gap.count());
  }

  private static String text(Conversation talk) {
    return new String(((Event.Text) talk.hears()).utf8(), StandardCharsets.UTF_8);
  }

  // ---- gaps ----

  @Test
  void whoAsksIsToldWhereMessagesWereDropped() throws Exception {
    Conversation ann =
        stalled(
            news()
                .withMaxMessages(2)
                .dropNewest()
                .withGap(gap -> WsMessage.text(gap.count() + " of " + gap.topic())));
    publishNumbers(1, 5);
    ann.peer.readAll();
    ann.hears("in flight", "1", "2", "3 of news");
    publish("6");
    ann.hears("6");
  }

  @Test
  void aGapStandsWhereTheOldestWere() throws Exception {
    Conversation ann =
        stalled(
            news()
                .withMaxMessages(2)
                .dropOldest()
                .withGap(gap -> WsMessage.text(gap.count() + " missing")));
    ann.connection().sendText("sent");
    publishNumbers(1, 5);
    ann.peer.readAll();
    ann.hears("in flight", "sent", "3 missing", "4", "5");
  }

  @Test
  void aGapForWhichThereAreNoWordsIsPassedOver() throws Exception {
    Conversation ann =
        stalled(
            news()
                .withMaxMessages(1)
                .dropOldest()
                .withGap(gap -> {
                  throw new IllegalStateException("speechless");
                }));
    try (var log = CapturedLog.of(WsConnection.class.getName(), Level.WARNING)) {
      publishNumbers(1, 3);
      ann.peer.readAll();
      ann.hears("in flight", "3");
      assertThat(log.messages()).anyMatch(line -> line.contains("nothing could be said"));
    }
  }

  @Test
  void whatFollowsAGapWaitsForItsWords() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Conversation ann =
        stalled(
            news()
                .withMaxMessages(1)
                .dropNewest()
                .withGap(gap -> {
                  asked.countDown();
                  awaitQuietly(answer);
                  return WsMessage.text(gap.count() + " missing");
                }));
    publishNumbers(1, 3);
    ann.peer.readAll();
    ann.hears("in flight", "1");
    asked.await();
    publish("4");
    ann.connection().sendText("sent");
    ann.pings("still there?");
    ann.hearsPong("still there?");
    ann.hasHeardNothing();
    answer.countDown();
    ann.hears("2 missing", "4", "sent");
  }

  @Test
  void aConnectionMayGoWhileAGapIsPutIntoWords() throws Exception {
    var asked = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    Conversation ann =
        stalled(
            news()
                .withMaxMessages(1)
                .dropOldest()
                .withGap(gap -> {
                  asked.countDown();
                  awaitQuietly(answer);
                  return WsMessage.text("gap");
                }));
    publishNumbers(1, 3);
    ann.peer.readAll();
    asked.await();
    ann.peer.reset();
    answer.countDown();
    ann.seesTheHandlerEnd();
    assertThat(gateway.count()).isZero();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- the budget ----

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overTheBudgetThoseForWhomTheMostWaitsPayFirst(boolean onTwoLanes) throws Exception {
    try (MemoryLane second = new MemoryLane(talks.server().clock())) {
      payFirst(onTwoLanes ? second : talks.lane());
    }
  }

  private void payFirst(MemoryLane lane) throws Exception {
    WsGateway small = new WsGateway(GatewayConfig.defaults().withWaitingBytes(100_000));
    Map<String, Conversation> byName = new HashMap<>();
    for (String name : new String[] {"hog", "quiet"}) {
      Conversation talk =
          talks.connect(WsConfig.defaults(), name.equals("hog") ? talks.lane() : lane);
      small.subscribe(talk.connection(), Subscription.to(name).dropOldest());
      talk.peer.readOnly(0);
      small.publish(name, WsMessage.text("in flight"));
      byName.put(name, talk);
    }
    for (int i = 0; i < 10; i++) {
      small.publish("quiet", WsMessage.text("q".repeat(900) + i));
    }
    lane.run(() -> {});
    for (int i = 0; i < 500; i++) {
      small.publish("hog", WsMessage.text("h".repeat(900) + i));
      talks.settle();
      assertThat(small.waitingBytes()).isLessThanOrEqualTo(112_500);
    }
    assertThat(small.drops("quiet")).isZero();
    assertThat(small.drops("hog")).isPositive();
    Conversation quiet = byName.get("quiet");
    quiet.peer.readAll();
    quiet.hears("in flight");
    for (int i = 0; i < 10; i++) {
      quiet.hears("q".repeat(900) + i);
    }
    Conversation hog = byName.get("hog");
    hog.peer.readAll();
    hog.hears("in flight");
    int heard = 0;
    String last = "";
    while (!last.endsWith("h499")) {
      last = text(hog);
      heard++;
    }
    assertThat(heard + small.drops("hog")).isEqualTo(500);
    small.unregister(hog.connection());
    small.unregister(quiet.connection());
    talks.settle();
    lane.run(() -> {});
    assertThat(small.waitingBytes()).isZero();
    quiet.close();
    hog.close();
  }

  @Test
  void overTheBudgetADisconnectFreesWhatWaitedAtOnce() throws Exception {
    WsGateway small = new WsGateway(GatewayConfig.defaults().withWaitingBytes(100_000));
    Conversation ann = talks.connect();
    small.subscribe(ann.connection(), "news");
    ann.peer.readOnly(0);
    while (ann.connection().isOpen()) {
      small.publish("news", WsMessage.text("x".repeat(900)));
      talks.settle();
    }
    talks.settle();
    assertThat(small.waitingBytes()).isZero();
    assertThat(ann.connection().closed().code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
    assertThat(ann.connection().closed().reason()).contains("waitingBytes");
  }

  @Test
  void theLevelIsWhereAllTogetherAreNoMore() {
    assertThat(level(100, 10, 20)).isEqualTo(Long.MAX_VALUE);
    assertThat(level(100, 10, 1_000)).isEqualTo(90);
    assertThat(level(100, 60, 60)).isEqualTo(50);
    assertThat(level(100, 5, 5, 300, 200)).isEqualTo(45);
  }

  private static long level(long most, long... heights) {
    return Shedding.level(LongStream.of(heights), most);
  }

  @Test
  void nonsenseIsRefusedByName() {
    assertThatThrownBy(() -> news().withMaxMessages(0)).hasMessageContaining("maxMessages");
    assertThatThrownBy(() -> news().withMaxBytes(0)).hasMessageContaining("maxBytes");
    assertThatThrownBy(() -> news().disconnect(Duration.ZERO)).hasMessageContaining("retryAfter");
    assertThatThrownBy(() -> GatewayConfig.defaults().withWaitingBytes(0))
        .hasMessageContaining("waitingBytes");
    assertThatThrownBy(() -> WsConfig.defaults().withOutboundMessages(0))
        .hasMessageContaining("outboundMessages");
  }
}
