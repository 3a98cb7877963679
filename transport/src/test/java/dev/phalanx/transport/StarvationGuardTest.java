package dev.phalanx.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that hold every carrier, and the others that want one. */
class StarvationGuardTest {
  private static final Logger LOGGER = Logger.getLogger("dev.phalanx.transport");

  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final int normal = scheduler.getParallelism();

  private final Set<Thread> spinners = ConcurrentHashMap.newKeySet();
  private final StarvationGuard.Guarded server =
      new StarvationGuard.Guarded() {
        @Override
        public Set<Thread> handlers() {
          return Set.copyOf(spinners);
        }

        @Override
        public long homeTurns() {
          return 0;
        }
      };

  @BeforeEach
  void guard() {
    StarvationGuard.acquire(server);
  }

  @AfterEach
  void release() {
    StarvationGuard.release(server);
    await().until(() -> scheduler.getParallelism() == normal);
  }

  private static void anotherRuns() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    Thread.ofVirtual().start(ran::countDown);
    assertThat(ran.await(20, SECONDS)).as("a virtual thread runs").isTrue();
  }

  @ParameterizedTest(name = "{0} for each processor")
  @ValueSource(ints = {1, 2, 4})
  void others_run_while_threads_compute_on_every_carrier(int each) throws Exception {
    int spinners = each * normal;
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(spinners);
    for (int i = 0; i < spinners; i++) {
      Thread.ofVirtual()
          .name("spinner-" + i)
          .start(() -> {
            long late = System.nanoTime() + SECONDS.toNanos(30);
            while (!enough.get() && System.nanoTime() < late) {
              Thread.onSpinWait();
            }
            done.countDown();
          });
    }
    for (int i = 0; i < 5; i++) {
      anotherRuns();
    }
    assertThat(scheduler.getParallelism()).isGreaterThan(normal);

    enough.set(true);
    assertThat(done.await(30, SECONDS)).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(scheduler.getParallelism()).isEqualTo(normal));
  }

  @Test
  void a_guard_that_follows_another_restores_what_the_first_one_found() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(2 * normal);
    for (int i = 0; i < 2 * normal; i++) {
      Thread.ofVirtual()
          .start(() -> {
            long late = System.nanoTime() + SECONDS.toNanos(30);
            while (!enough.get() && System.nanoTime() < late) {
              Thread.onSpinWait();
            }
            done.countDown();
          });
    }
    anotherRuns();
    assertThat(scheduler.getParallelism()).isGreaterThan(normal);

    StarvationGuard.release(server);
    StarvationGuard.acquire(server); // while the parallelism is raised; release() looks at it
    enough.set(true);
    assertThat(done.await(30, SECONDS)).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void others_run_while_threads_block_in_native_code(@TempDir Path folder) throws Exception {
    Path fifo = folder.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    CountDownLatch opened = new CountDownLatch(normal);
    for (int i = 0; i < normal; i++) {
      Thread.ofVirtual()
          .start(() -> {
            try (var in = Files.newInputStream(fifo)) { // waits for a writer, and keeps its carrier
              in.read();
            } catch (IOException e) {
              throw new AssertionError(e);
            } finally {
              opened.countDown();
            }
          });
    }
    anotherRuns();

    try (RandomAccessFile both = new RandomAccessFile(fifo.toFile(), "rw")) { // opens at once
      both.write(new byte[64]);
      assertThat(opened.await(20, SECONDS)).as("the threads go on").isTrue();
    }
  }

  @Test
  void a_thread_that_computes_for_long_is_named_with_its_stack_and_the_remedy() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler captured = capturing(lines);
    LOGGER.addHandler(captured);
    try {
      for (int i = 0; i < 2 * normal; i++) {
        spinners.add(
            Thread.ofVirtual()
                .name("ws /computes c-" + i)
                .start(() -> {
                  long late = System.nanoTime() + SECONDS.toNanos(30);
                  while (!enough.get() && System.nanoTime() < late) {
                    Thread.onSpinWait();
                  }
                }));
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(lines)
                  .anySatisfy(line ->
                      assertThat(line)
                          .contains("onPlatformThreads(…)")
                          .contains("\"ws /computes c-")
                          .contains("StarvationGuardTest.lambda")));
    } finally {
      enough.set(true);
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
}
