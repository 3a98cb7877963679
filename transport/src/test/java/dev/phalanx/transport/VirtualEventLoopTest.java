package dev.phalanx.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.Lane;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an event loop survives, and what its watchdog finds. */
class VirtualEventLoopTest {
  private static final Logger LOGGER = Logger.getLogger("dev.phalanx.transport");

  private final EventLoops loops = EventLoops.start(1, false);
  private final EventLoop netty = loops.group().next();
  private final Lane loop = loops.laneOf(netty);

  @AfterEach
  void close() {
    loops.close();
  }

  private void turns() throws InterruptedException {
    CountDownLatch turned = new CountDownLatch(1);
    loop.execute(turned::countDown);
    assertThat(turned.await(20, SECONDS)).as("the event loop turns").isTrue();
  }

  @Test
  void goes_on_after_whatever_a_task_throws() throws Exception {
    List<Throwable> thrown =
        List.of(
            new IllegalStateException("a fault"),
            new StackOverflowError("planted"),
            new OutOfMemoryError("planted"),
            new LinkageError("planted"));
    for (Throwable each : thrown) {
      loop.execute(() -> VirtualEventLoopTest.<RuntimeException>raise(each));
      loop.schedule(() -> VirtualEventLoopTest.<RuntimeException>raise(each), Duration.ofMillis(1));
      turns();
    }
  }

  @Test
  void is_asked_for_a_heartbeat_again_if_there_was_no_memory_to_ask() throws Exception {
    AtomicBoolean fails = new AtomicBoolean(true);
    AtomicInteger beats = new AtomicInteger();
    Executor homes =
        task -> {
          if (fails.get()) {
            throw new OutOfMemoryError("planted");
          }
          Thread.ofVirtual().start(task);
        };
    VirtualEventLoop asked =
        new VirtualEventLoop(
            null,
            homes,
            NativeIo.best().factory(),
            new BlockedLoopWatchdog("unused", true, false),
            "asked");
    asked.startDeputy();
    asked.withEachBeat(beats::incrementAndGet);
    assertThatThrownBy(asked::askForHeartbeat).isInstanceOf(OutOfMemoryError.class);
    assertThat(asked.lateBy(System.nanoTime() + SECONDS.toNanos(1))).isZero();

    fails.set(false);
    asked.askForHeartbeat();
    await().until(() -> beats.get() > 0);
    asked.shutdownGracefully(0, 0, SECONDS).sync();
  }

  /** The carrier's own queue is never empty: the loop, or what the loop has woken, is there. */
  @Test
  void a_busy_loop_lets_threads_run_that_others_have_started() throws Exception {
    VirtualThreadSchedulerMXBean scheduler =
        ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    int normal = scheduler.getParallelism();
    AtomicBoolean enough = new AtomicBoolean();
    scheduler.setParallelism(1);
    try {
      loop.execute(
          new Runnable() {
            @Override
            public void run() {
              if (!enough.get()) {
                loop.execute(this);
              }
            }
          });
      for (int i = 0; i < 20; i++) {
        CountDownLatch ran = new CountDownLatch(1);
        Thread.ofVirtual().start(ran::countDown);
        assertThat(ran.await(20, SECONDS)).as("a virtual thread runs").isTrue();
      }
    } finally {
      enough.set(true);
      scheduler.setParallelism(normal);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void runs_tasks_in_their_order_whichever_thread_drives_it() throws Exception {
    List<Integer> ran = new ArrayList<>();
    AtomicBoolean enough = new AtomicBoolean();
    int carriers = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < carriers; i++) {
      holdCarrier(new CountDownLatch(1), enough); // so that the deputy takes over
    }
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      loop.execute(() -> ran.add(number));
      if (i == 5_000) {
        enough.set(true);
      }
    }
    turns();
    assertThat(ran).hasSize(10_000).isSorted();
  }

  @Test
  void a_timer_fires_while_the_loop_waits_for_io() throws Exception {
    CountDownLatch fired = new CountDownLatch(1);
    turns();
    loop.schedule(fired::countDown, Duration.ofMillis(50));
    assertThat(fired.await(20, SECONDS)).isTrue();
  }

  @Test
  void a_loop_that_waits_for_a_lock_is_reported_with_its_stack() throws Exception {
    Object lock = new Object();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread holder =
        Thread.ofVirtual()
            .name("the-holder")
            .start(() -> {
              synchronized (lock) {
                held.countDown();
                awaitQuietly(release);
              }
            });
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler captured = capturing(lines);
    LOGGER.addHandler(captured);
    try {
      assertThat(held.await(20, SECONDS)).isTrue();
      AtomicInteger entered = new AtomicInteger();
      loop.execute(() -> {
        synchronized (lock) {
          entered.incrementAndGet();
        }
      });

      await().atMost(Duration.ofSeconds(20)).until(() -> !loops.blocked().isEmpty());
      assertThat(loops.blocked()).singleElement().asString().startsWith("event loop hermes-lane-1");
      await()
          .untilAsserted(() ->
              assertThat(lines)
                  .anySatisfy(line ->
                      assertThat(line)
                          .contains("hermes-lane-1 has not turned for")
                          .contains("BLOCKED")
                          .contains("VirtualEventLoopTest.lambda")));
      release.countDown();
      holder.join();
      turns();
      await().until(() -> loops.blocked().isEmpty());
      assertThat(entered).hasValue(1);
    } finally {
      LOGGER.removeHandler(captured);
    }
  }

  private static Handler capturing(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord logged) {
        lines.add(logged.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void needs_no_new_thread_to_go_on_while_every_carrier_is_held() throws Exception {
    turns();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    AtomicBoolean enough = new AtomicBoolean();
    int carriers = Runtime.getRuntime().availableProcessors();
    CountDownLatch burning = new CountDownLatch(carriers);
    for (int i = 0; i < carriers; i++) {
      holdCarrier(burning, enough);
    }
    assertThat(burning.await(20, SECONDS)).isTrue();

    turns();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("hermes-"))
        .isSubsetOf(before);
    enough.set(true);
  }

  private static void holdCarrier(CountDownLatch holds, AtomicBoolean enough) {
    Thread.ofVirtual()
        .start(() -> {
          holds.countDown();
          long late = System.nanoTime() + SECONDS.toNanos(20);
          while (!enough.get() && System.nanoTime() < late) {
            Thread.onSpinWait();
          }
        });
  }
}
