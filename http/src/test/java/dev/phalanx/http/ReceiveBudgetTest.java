package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.CancellationToken.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that hold what they received, and the budget of their server. */
class ReceiveBudgetTest {
  private static final int KIB = 1 << 10;

  private final TestLane first = new TestLane();
  private final TestLane second = new TestLane();

  @AfterEach
  void endLanes() {
    first.thread.shutdown();
    second.thread.shutdown();
  }

  @Test
  void theAllowanceOfAConnectionIsNotCounted() {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    Peer peer = new Peer(budget, first);
    assertThat(peer.receives(4 * KIB)).isTrue();
    assertThat(budget.held()).isZero();
    assertThat(peer.receives(6 * KIB)).isTrue();
    assertThat(budget.held()).isEqualTo(2 * KIB);
    peer.finishes();
    assertThat(budget.held()).isZero();
  }

  @Test
  void beyondTheBudgetTheLargestUnfinishedIsClosedFirstAndTheOthersGoOn() {
    ReceiveBudget budget = ReceiveBudget.of(100 * KIB);
    Peer small = new Peer(budget, first);
    Peer large = new Peer(budget, second);
    Peer last = new Peer(budget, first);
    assertThat(small.receives(34 * KIB)).isTrue();
    assertThat(large.receives(54 * KIB)).isTrue();
    assertThat(last.receives(34 * KIB)).isFalse();
    await(() -> last.resumed == 1);
    assertThat(large.evicted).isTrue();
    assertThat(small.evicted).isFalse();
    assertThat(last.evicted).isFalse();
    assertThat(budget.held()).isEqualTo(60 * KIB);
    assertThat(budget.evictions()).isEqualTo(1);
  }

  @Test
  void wholeMessagesAreNotDroppedButReadingStopsUntilTheirHandlersHaveTakenThem() {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    Peer busy = new Peer(budget, first);
    Peer other = new Peer(budget, second);
    busy.queues(66 * KIB);
    assertThat(busy.tells()).isTrue();
    other.queues(8 * KIB);
    assertThat(other.tells()).isFalse();
    await(() -> busy.measured > 3);
    assertThat(other.resumed).isZero();
    assertThat(busy.evicted || other.evicted).isFalse();

    busy.handlerTakesAll(); // and tells nobody
    await(() -> other.resumed == 1);
    assertThat(budget.held()).isEqualTo(4 * KIB);
  }

  @Test
  void memoryThatHandlersHaveFreedIsFoundBeforeAnyPeerIsClosed() {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    Peer fast = new Peer(budget, first);
    Peer uploading = new Peer(budget, second);
    fast.queues(60 * KIB);
    assertThat(fast.tells()).isTrue();
    fast.handlerTakesAll();
    assertThat(uploading.receives(40 * KIB)).isFalse();
    await(() -> uploading.resumed == 1);
    assertThat(uploading.evicted).isFalse();
  }

  @Test
  void aConnectionThatStoppedGoesOnEvenIfMemoryWasShortWhenItWasToBeWoken() {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    Peer busy = new Peer(budget, first);
    Peer other = new Peer(budget, second);
    busy.queues(66 * KIB);
    assertThat(busy.tells()).isTrue();
    first.failures.set(2); // of its accounts' measuring
    second.failures.set(2);
    other.queues(8 * KIB);
    assertThat(other.tells()).isFalse();
    await(() -> first.failures.get() <= 0 && second.failures.get() <= 0);
    second.failures.set(3); // of which one or more hit the call that wakes it
    busy.handlerTakesAll();
    await(() -> other.resumed == 1);
  }

  @Test
  void aConnectionThatHasGoneCountsForNothingAndIsNotCalled() {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    Peer gone = new Peer(budget, first);
    Peer other = new Peer(budget, first);
    gone.receives(60 * KIB);
    gone.leaves();
    assertThat(budget.held()).isZero();
    assertThat(other.receives(68 * KIB)).isTrue();
    assertThat(other.receives(69 * KIB)).isFalse();
    await(() -> other.evicted);
    assertThat(gone.evicted || gone.measured > 0).isFalse();
  }

  @Test
  void manyConnectionsOnTwoLanesNeverHoldMuchMoreThanTheBudget() throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(1024 * KIB);
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      peers.add(new Peer(budget, i % 2 == 0 ? first : second));
    }
    AtomicLong most = new AtomicLong();
    CountDownLatch done = new CountDownLatch(2);
    for (int half = 0; half < 2; half++) {
      int own = half;
      Thread.ofVirtual()
          .start(() -> {
            for (int round = 0; round < 8; round++) {
              for (int i = own; i < peers.size(); i += 2) {
                peers.get(i).grows(8 * KIB);
                most.accumulateAndGet(budget.held(), Math::max);
              }
            }
            done.countDown();
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1000L * KIB, (1024L + 128 + 2 * 8) * KIB);
    peers.forEach(Peer::leaves);
    assertThat(budget.held()).isZero();
  }

  @Test
  void withoutALimitNothingStops() {
    Peer peer = new Peer(ReceiveBudget.unlimited(), first);
    assertThat(peer.receives(1 << 30)).isTrue();
    peer.leaves();
  }

  @Test
  void aBudgetThatCannotWorkIsRefused() {
    assertThatThrownBy(() -> ReceiveBudget.of(1_000))
        .hasMessage("receiveBudget must be at least 65536, not 1000");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** A connection of the server. */
  private static final class Peer implements ReceiveBudget.Holder {
    private final TestLane lane;
    private final ReceiveBudget.Account account;
    private volatile long queued;
    private long partial;
    private volatile boolean evicted;
    private boolean stopped;
    private volatile int resumed;
    private volatile int measured;

    Peer(ReceiveBudget budget, TestLane lane) {
      this.lane = lane;
      this.account = lane.call(() -> budget.open(lane, this));
    }

    boolean receives(long bytes) {
      return lane.call(() -> {
        partial = bytes;
        return tell();
      });
    }

    /** As a connection does: nothing is read while it is stopped. */
    void grows(long bytes) {
      lane.call(() -> {
        if (!stopped && !evicted) {
          partial += bytes;
          tell();
        }
        return true;
      });
    }

    void finishes() {
      receives(0);
    }

    void queues(long bytes) {
      queued = bytes;
    }

    void handlerTakesAll() {
      queued = 0;
    }

    boolean tells() {
      return lane.call(this::tell);
    }

    void leaves() {
      lane.call(() -> {
        account.close();
        return true;
      });
    }

    private boolean tell() {
      boolean mayRead = account.hold(queued, partial);
      stopped |= !mayRead;
      return mayRead;
    }

    @Override
    public void measure() {
      measured++;
      account.hold(queued, partial);
    }

    @Override
    public void evict() {
      evicted = true;
      partial = 0;
      account.hold(queued, partial);
    }

    @Override
    public void resume() {
      resumed++;
      stopped = false;
    }
  }

  private static final class TestLane implements Lane {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicInteger failures = new AtomicInteger(); // so many calls fail, from now on

    <T> T call(java.util.function.Supplier<T> task) {
      return CompletableFuture.supplyAsync(task, thread).join();
    }

    @Override
    public void execute(Runnable task) {
      if (failures.getAndDecrement() > 0) {
        throw new OutOfMemoryError("planted");
      }
      thread.execute(task);
    }

    @Override
    public Registration schedule(Runnable task, Duration delay) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean isCurrent() {
      throw new UnsupportedOperationException();
    }
  }
}
