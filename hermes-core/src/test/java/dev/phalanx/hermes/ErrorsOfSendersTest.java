package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.styx.Received;
import dev.phalanx.transport.memory.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An Error strikes a thread in the middle of what it does with a gateway or a connection: its stack
 * ends, or there is no memory. Nobody else may notice, and nothing may stay half done.
 */
class ErrorsOfSendersTest {
  private static final WsConfig CONFIG =
      WsConfig.defaults().withOutboundBytes(64 << 20).withOutboundMessages(1 << 20);

  private final VirtualClock clock = new VirtualClock();
  private final FailingLane lane = new FailingLane();
  private final WsGateway gateway = new WsGateway();
  private final Listener ann = new Listener();
  private final Listener bob = new Listener();

  @AfterEach
  void endTheLane() {
    lane.close();
  }

  // ---- the stack ends ----

  @Test
  void aPublisherWhoseStackEndsAnywhereHarmsNobody() throws Exception {
    gateway.subscribe(ann.connection, "news");
    gateway.subscribe(bob.connection, Subscription.matching("*"), Subscription.to("news"));
    overflow(() -> gateway.publish("news", WsMessage.text("deep")));
    overflow(() -> gateway.publishRetained("news", WsMessage.text("deep")));
    overflow(() -> gateway.broadcast(WsMessage.text("deep")));
    gateway.publish("news", WsMessage.text("last"));
    ann.hearsAtLast("last");
    bob.hearsAtLast("last");
    gateway.clearRetained("news");
    nothingIsLeft();
  }

  @Test
  void aSubscriberWhoseStackEndsAnywhereHarmsNobody() throws Exception {
    gateway.subscribe(bob.connection, "news");
    AtomicInteger number = new AtomicInteger();
    overflow(() -> {
      String topic = "t" + number.incrementAndGet() % 8;
      gateway.subscribe(ann.connection, Subscription.to(topic), Subscription.matching("x.*"));
      gateway.unsubscribe(ann.connection, topic, "x.*");
    });
    lane.settle();
    for (int i = 0; i < 8; i++) { // whatever stood, or did not: now it stands, and once
      gateway.subscribe(ann.connection, Subscription.to("t" + i));
      assertThat(gateway.count("t" + i)).isEqualTo(1);
      gateway.publish("t" + i, WsMessage.text("on t" + i));
    }
    gateway.publish("news", WsMessage.text("last"));
    bob.hearsAtLast("last");
    ann.hearsAtLast("on t7");
    assertThat(ann.heard()).doesNotHaveDuplicates();
    nothingIsLeft();
  }

  @Test
  void aSenderWhoseStackEndsAnywhereHarmsNobodyAndItsConnectionCanBeClosed() throws Exception {
    gateway.subscribe(bob.connection, "news");
    overflow(() -> ann.connection.sendText("deep"));
    overflow(() -> {
      gateway.publish("news", WsMessage.text("deep")); // so that what is sent goes behind it
      bob.connection.sendText("deep, too");
    });
    assertThat(ann.connection.sendText("last")).isTrue();
    assertThat(bob.connection.sendText("last")).isTrue();
    ann.hearsAtLast("last");
    bob.hearsAtLast("last");
    ann.connection.close();
    bob.connection.close();
    await().until(() -> ann.hasHeardClose() && bob.hasHeardClose());
    nothingIsLeft();
  }

  @Test
  void oneWhoseStackEndsWhileItClosesCanCloseAgain() throws Exception {
    List<Listener> all = new ArrayList<>();
    overflow(() -> all.getLast().connection.close(), () -> all.add(new Listener()));
    all.forEach(listener -> listener.connection.close()); // as the ends of their handlers do
    await().until(() -> all.stream().allMatch(Listener::hasHeardClose));
    nothingIsLeft();
  }

  private static void overflow(Runnable work) throws Exception {
    overflow(work, () -> {});
  }

  /** Does something with less and less stack left, from plenty to none. */
  private static void overflow(Runnable work, Runnable before) throws Exception {
    List<Throwable> others = new ArrayList<>();
    AtomicInteger overflows = new AtomicInteger();
    Thread thread =
        new Thread(
            null,
            () -> {
              for (int round = 0; round < 3; round++) {
                int deepest = deepest();
                for (int depth = deepest + 64; depth > deepest - 1_200 && depth > 0; depth -= 3) {
                  before.run();
                  try {
                    down(depth, work);
                  } catch (StackOverflowError e) {
                    overflows.incrementAndGet();
                  } catch (RuntimeException | Error e) { // such as a class that can't be made ready
                    others.add(e);
                  }
                }
              }
            },
            "overflows",
            512 << 10);
    thread.start();
    assertThat(thread.join(Duration.ofSeconds(50))).as("no publisher is held up").isTrue();
    assertThat(overflows.get()).isPositive();
    assertThat(others).isEmpty();
  }

  private static int deepest() {
    int most = 0;
    try {
      while (true) {
        most += 64;
        down(most, () -> {});
      }
    } catch (StackOverflowError e) {
      return most;
    }
  }

  private static int down(int depth, Runnable leaf) {
    if (depth == 0) {
      leaf.run();
      return 0;
    }
    return down(depth - 1, leaf) + 1;
  }

  // ---- there is no memory ----

  @Test
  void whatAPublisherCouldNotWakeTheLaneForGoesOutWithTheNext() {
    gateway.subscribe(ann.connection, "news");
    lane.settle();
    for (int i = 0; i < 50; i++) {
      lane.failNext(1);
      assertThatThrownBy(() -> gateway.publish("news", WsMessage.text("unknown")))
          .isInstanceOf(OutOfMemoryError.class);
      gateway.publish("news", WsMessage.text("known"));
      ann.hears("unknown", "known");
    }
    nothingIsLeft();
  }

  @Test
  void whatASenderCouldNotWakeTheLaneForGoesOutWithTheNext() {
    for (int i = 0; i < 50; i++) {
      lane.settle();
      lane.failNext(1);
      assertThatThrownBy(() -> ann.connection.sendText("unknown"))
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(ann.connection.sendText("known")).isTrue();
      ann.hears("unknown", "known");
    }
    nothingIsLeft();
  }

  /** A lane that can't be asked for another turn takes it at once. */
  @Test
  void aLaneThatCannotBeAskedAgainGoesOn() {
    WsGateway small = new WsGateway(GatewayConfig.defaults(), 1 + Branch.FLUSH_EFFORT);
    List<Listener> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // each in a turn of its own
      all.add(new Listener());
      small.subscribe(all.getLast().connection, "news");
    }
    lane.settle();
    lane.failInTheLane(15);
    small.publish("news", WsMessage.text("to all"));
    all.forEach(listener -> listener.hears("to all"));
    lane.failInTheLane(0);
  }

  /** What fails for one subscriber ends that one: it must not miss anything unknowingly. */
  @Test
  void aSubscriberForWhomPublishingFailsIsCutOffAndTheOthersHearAll() {
    gateway.subscribe(ann.connection, "news");
    gateway.subscribe(bob.connection, "news");
    ann.failsToWrite = true;
    gateway.publish("news", WsMessage.text("1"));
    gateway.publish("news", WsMessage.text("2"));
    bob.hears("1", "2");
    await().until(() -> !ann.isOpen);
    await().until(() -> gateway.count() == 1);
    nothingIsLeft();
  }

  @Test
  void aBudgetThatCouldNotShedShedsLater() {
    AtomicInteger attempts = new AtomicInteger();
    Budget budget =
        new Budget(
            1_000,
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("no memory for a list");
              }
              return List.of();
            });
    assertThatThrownBy(() -> budget.add(1_001)).isInstanceOf(OutOfMemoryError.class);
    budget.add(1);
    assertThat(attempts).hasValue(2);
  }

  /** The lane that counts last can't ask the other one to shed. */
  @Test
  void sheddingThatFailsOnALaneEndsSoThatAnotherCanBegin() {
    try (FailingLane second = new FailingLane()) {
      Branch one = new Branch(gateway, lane, Branch.EFFORT_PER_TURN);
      Branch another = new Branch(gateway, second, Branch.EFFORT_PER_TURN);
      CountDownLatch hold = new CountDownLatch(1);
      lane.execute(() -> awaitQuietly(hold));
      AtomicInteger ended = new AtomicInteger();
      new Shedding(List.of(another, one), 10, ended::incrementAndGet).begin();
      second.settle();
      second.failNext(1);
      hold.countDown();
      lane.settle();
      assertThat(ended).hasValue(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- what the lane does for one connection fails ----

  /** A replay sends what {@link Traffic} has: so not what was refused with an Error. */
  @Test
  void aClientWhoseStackEndsWhileItSendsHasNotedOnlyWhatIsSent() throws Exception {
    Listener client = new Listener(Side.CLIENT, CONFIG, DeliveryConfig.defaults());
    overflow(() -> client.connection.sendText("deep"));
    Traffic traffic = Objects.requireNonNull(client.link.traffic());
    lane.settle();
    assertThat(traffic.unsent().waiting()).isEmpty();
    client.connection.close();
    await().until(client.link.outflow()::isCloseFlushed);
  }

  @Test
  void aConnectionWhoseReliefFailsEnds() throws Exception {
    Listener eve = new Listener(Side.SERVER, CONFIG.withInboundMessages(1), null);
    lane.execute(() -> {
      eve.link.onRead(text("one"));
      eve.link.onRead(text("two"));
      eve.link.onRead(text("three"));
    });
    lane.settle();
    lane.failsToTell = true;
    eve.link.inbound().receive();
    await().until(() -> !eve.isOpen);
    lane.failsToTell = false;
    assertThat(eve.link.inbound().receive()).isInstanceOf(Received.Completed.class);
    assertThat(eve.connection.closed()).extracting(WsClosed::by).isEqualTo(WsClosed.By.NOBODY);
  }

  @Test
  void aConnectionThatCannotLimitThePeerAnyMoreEnds() {
    lane.failsToSchedule = true;
    ann.connection.close();
    await().until(() -> !ann.isOpen);
  }

  @Test
  void aConnectionWhoseKeepAliveFailsEnds() {
    lane.failsToTell = true;
    lane.execute(ann.firstTimer);
    await().until(() -> !ann.isOpen);
    lane.failsToTell = false;
    nothingIsLeft();
  }

  /** Its timers can't be taken back; all who wait for its end are told nevertheless. */
  @Test
  void whateverFailsAtTheEndOfAConnectionItIsToldToAll() throws Exception {
    gateway.subscribe(ann.connection, "news");
    gateway.subscribe(bob.connection, "news");
    lane.settle();
    lane.failsToTakeBack = true;
    ann.leaves();
    assertThat(ann.link.isGone()).isTrue();
    assertThat(ann.link.inbound().receive()).isInstanceOf(Received.Completed.class);
    assertThat(gateway.count()).isEqualTo(1);
    AtomicInteger told = new AtomicInteger();
    ClientSession session =
        new ClientSession(
            CONFIG, null, null, CancellationToken.create(), clock, DeliveryConfig.defaults());
    WireHandler handler = session.open(bob, told::incrementAndGet);
    assertThatThrownBy(() -> handler.onClosed(null)).isInstanceOf(OutOfMemoryError.class);
    assertThat(told).hasValue(1);
    lane.failsToTakeBack = false;
  }

  private static ByteBuffer text(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EncodedFrame frame = EncodedFrame.text(Side.CLIENT, text);
    frame.transferTo(bytes::write, 0, frame.length());
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  // ---- what is left ----

  private void nothingIsLeft() {
    lane.settle();
    Branch branch = ann.connection.link().branchOf(gateway);
    if (branch != null) {
      assertThat(branch.isBusy()).isFalse();
    }
    assertThat(gateway.waitingBytes()).isZero();
    ann.leaves();
    bob.leaves();
    assertThat(gateway.count()).isZero();
    assertThat(gateway.topicCount()).isZero();
    assertThat(gateway.retainedCount()).isZero();
  }

  /** A lane whose queue an Error can't harm, and which can refuse tasks for lack of memory. */
  private static final class FailingLane implements Lane, AutoCloseable {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread =
        Thread.ofPlatform().daemon().name("test-lane").unstarted(this::run);
    private volatile boolean isOver;
    private volatile int failures;
    private volatile int failuresInTheLane;
    private final Queue<Throwable> lost = new ConcurrentLinkedQueue<>(); // nobody's
    private volatile boolean failsToTell; // the time
    private volatile boolean failsToSchedule;
    private volatile boolean failsToTakeBack;
    private volatile @Nullable Runnable lastScheduled;

    FailingLane() {
      thread.start();
    }

    private void run() {
      while (!isOver) {
        Runnable task = tasks.poll();
        if (task == null) {
          LockSupport.parkNanos(200_000);
        } else {
          try {
            task.run();
          } catch (OutOfMemoryError e) { // as an event loop, it goes on
            lost.add(e);
          }
        }
      }
    }

    void failNext(int count) {
      failures = count;
    }

    void failInTheLane(int count) {
      failuresInTheLane = count;
    }

    @Override
    public void execute(Runnable task) {
      if (isCurrent() ? failuresInTheLane > 0 : failures > 0) {
        if (isCurrent()) {
          failuresInTheLane--;
        } else {
          failures--;
        }
        throw new OutOfMemoryError("no memory for a task");
      }
      down(40, () -> {}); // as an event loop's queue does, it needs more stack than its callers
      tasks.add(task);
    }

    /** Returns when all that was given is done. */
    void settle() {
      CountDownLatch done = new CountDownLatch(2);
      tasks.add(() -> {
        done.countDown();
        tasks.add(done::countDown); // and what that has given
      });
      try {
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Registration schedule(Runnable task, Duration delay) {
      failIf(failsToSchedule);
      lastScheduled = task;
      return () -> failIf(failsToTakeBack);
    }

    private static void failIf(boolean fails) {
      if (fails) {
        throw new OutOfMemoryError("no memory for a timer");
      }
    }

    @Override
    public long nanoTime() {
      failIf(failsToTell);
      return System.nanoTime();
    }

    @Override
    public boolean isCurrent() {
      return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
      isOver = true;
    }
  }

  /** A connection, and what has come out of it. */
  private final class Listener implements Wire {
    final WsConnection connection;
    private final Link link;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // synchronized
    private final List<String> heard = new ArrayList<>();
    private volatile boolean failsToWrite;
    private volatile boolean isOpen = true;
    private volatile boolean hasHeardClose;
    private final Runnable firstTimer; // keeps it alive

    Listener() {
      this(Side.SERVER, CONFIG, null);
    }

    Listener(Side side, WsConfig config, @Nullable DeliveryConfig delivery) {
      String id = ConnectionIds.next();
      link = new Link(side, id, config, this, CancellationToken.create(), null, delivery);
      firstTimer = Objects.requireNonNull(lane.lastScheduled);
      connection = new WsConnection(id, config, null, clock, link);
    }

    private boolean listen() {
      byte[] all;
      synchronized (bytes) {
        all = bytes.toByteArray();
        bytes.reset();
      }
      for (HeardFrame frame : HeardFrame.in(all)) {
        if (frame.opcode() == HeardFrame.TEXT) {
          heard.add(frame.text());
        } else {
          hasHeardClose = true;
        }
      }
      return true;
    }

    void hears(String... texts) {
      await().until(() -> listen() && heard.size() >= texts.length);
      assertThat(heard).containsExactly(texts);
      heard.clear();
    }

    List<String> heard() {
      return heard;
    }

    void hearsAtLast(String text) {
      await().until(() -> listen() && !heard.isEmpty() && heard.getLast().equals(text));
    }

    boolean hasHeardClose() {
      return hasHeardClose || (listen() && hasHeardClose);
    }

    void leaves() {
      lane.execute(this::close);
      lane.settle();
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public SocketAddress remoteAddress() {
      return InetSocketAddress.createUnresolved("test", 0);
    }

    @Override
    public boolean isOpen() {
      return isOpen;
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      if (failsToWrite) {
        throw new OutOfMemoryError("no memory for a buffer");
      }
      synchronized (bytes) {
        bytes.write(some, offset, length);
      }
    }

    @Override
    public boolean flush() {
      return true;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
      if (isOpen) {
        isOpen = false;
        lane.tasks.add(() -> link.onClosed((@Nullable Throwable) null));
      }
    }
  }
}
