package dev.phalanx.attack;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.stoa.Runner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Does in the attacked process what a test says on standard input, on a thread of its own: so a
 * test can look at a server whose event loops are dead.
 */
final class Controls {
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  private final WsGateway gateway;
  private final Ledger ledger;
  private final HeldLocks locks;
  private @Nullable Recording recording;
  private @Nullable CountDownLatch logStalls;

  private Controls(WsGateway gateway, Ledger ledger, Runner runner) {
    this.gateway = gateway;
    this.ledger = ledger;
    this.locks = new HeldLocks(gateway, ledger, runner);
  }

  static void start(WsGateway gateway, Ledger ledger, Runner runner) {
    Controls controls = new Controls(gateway, ledger, runner);
    Thread.ofPlatform().name("controls").daemon().start(controls::obey);
  }

  private void obey() {
    Scanner in = new Scanner(System.in);
    while (in.hasNextLine()) {
      String[] words = in.nextLine().split(" ", 2);
      String answer;
      try {
        answer = obey(words[0], words.length > 1 ? words[1] : "");
      } catch (Throwable e) { // also where the heap is full
        answer = "failed: " + e;
      }
      System.out.println(answer);
    }
    Runtime.getRuntime().halt(1); // the test has gone
  }

  private String obey(String command, String argument) throws Exception {
    return switch (command) {
      case "stats" -> stats();
      case "scheduler" -> scheduler();
      case "fill" -> fill(Long.parseLong(argument));
      case "record" -> record();
      case "recorded" -> recorded(Path.of(argument));
      case "limit" -> limit();
      case "dump" -> dump(Path.of(argument));
      case "locks" -> locks.find();
      case "hold" -> locks.hold(argument);
      case "release" -> locks.release();
      case "stall-log" -> stallLog();
      case "free-log" -> freeLog();
      default -> throw new IllegalArgumentException(command);
    };
  }

  private String stats() {
    return "connections=%d topics=%d handlers=%d threads=%d"
        .formatted(
            gateway.count(),
            gateway.topicCount(),
            ledger.handlers(),
            ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static String scheduler() {
    VirtualThreadSchedulerMXBean scheduler =
        ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    return "parallelism=%d mounted=%d queued=%d"
        .formatted(
            scheduler.getParallelism(),
            scheduler.getMountedVirtualThreadCount(),
            scheduler.getQueuedVirtualThreadCount());
  }

  /** The soft limit of threads, as Linux has it. */
  private static String limit() throws IOException {
    try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
      return limits
          .filter(line -> line.startsWith("Max processes"))
          .map(line -> line.split("\\s+")[2])
          .findFirst()
          .orElseThrow();
    }
  }

  /** Only where all is lost: on JDK 25, a dump while virtual threads run may end the JVM. */
  private static String dump(Path file) throws IOException {
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
    return "dumped";
  }

  // ---- memory ----

  /** Leaves no memory to anybody for so long. */
  private static String fill(long millis) throws InterruptedException {
    List<byte[]> all = new ArrayList<>(1 << 16);
    try {
      while (true) {
        all.add(new byte[16 << 10]);
      }
    } catch (OutOfMemoryError full) {
      Thread.sleep(millis);
    }
    all.clear();
    return "filled";
  }

  // ---- waits ----

  private String record() {
    Recording begun = new Recording();
    for (String event : LoopWaits.EVENTS) {
      begun.enable(event).withThreshold(Duration.ZERO).withStackTrace();
    }
    begun.enable("jdk.ThreadPark").withThreshold(SHORTEST_WAIT).withStackTrace();
    begun.start();
    recording = begun;
    return "recording";
  }

  private String recorded(Path file) throws IOException {
    try (Recording ended = recording) {
      ended.stop();
      ended.dump(file);
    }
    return "recorded";
  }

  // ---- the log ----

  /** From now on whoever logs waits. */
  private String stallLog() {
    CountDownLatch free = new CountDownLatch(1);
    Handler stalled =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            try {
              free.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    stalled.setLevel(Level.ALL);
    Logger.getLogger("dev.phalanx").setLevel(Level.ALL);
    Logger.getLogger("").addHandler(stalled);
    logStalls = free;
    return "stalled";
  }

  private String freeLog() {
    logStalls.countDown();
    return "free";
  }
}
