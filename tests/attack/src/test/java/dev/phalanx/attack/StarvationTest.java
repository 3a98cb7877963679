package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Handlers hold all carriers of virtual threads, and others are served nevertheless. How soon is
 * printed, and not judged: other programs may have the processors.
 */
@Tag("attack")
@Timeout(value = 4, unit = MINUTES)
class StarvationTest {
  private static final Duration HANGS = Duration.ofSeconds(5);
  private static final int COMPUTING_MILLIS = 8_000;
  private static final String STARVED = "no virtual thread got a carrier";

  @TempDir private Path folder;

  private static AttackedProcess start() throws Exception {
    return AttackedProcess.described().with("-XX:ActiveProcessorCount=2").start();
  }

  @ParameterizedTest(name = "{0} handlers")
  @ValueSource(ints = {2, 4, 8})
  void others_are_served_while_handlers_compute(int count) throws Exception {
    try (AttackedProcess server = start();
        Holders holders = new Holders(server, count)) {
      holders.hold(i -> "compute " + COMPUTING_MILLIS);
      othersAreServed(server, count + " handlers that compute");
      holders.hear("done compute");
      parallelismIsBack(server);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void others_are_served_while_handlers_block_in_the_kernel() throws Exception {
    List<Path> pipes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Path pipe = folder.resolve("pipe-" + i);
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
      pipes.add(pipe);
    }
    try (AttackedProcess server = start();
        Holders holders = new Holders(server, pipes.size())) {
      holders.hold(i -> "fifo " + pipes.get(i));
      othersAreServed(server, pipes.size() + " handlers that open a FIFO");
      for (Path pipe : pipes) {
        Files.newOutputStream(pipe).close();
      }
      holders.hear("done fifo");
      parallelismIsBack(server);
    }
  }

  @Test
  void ordinary_loads_are_no_starvation() throws Exception {
    try (AttackedProcess server = start()) {
      try (ExecutorService peers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 64; i++) {
          peers.submit(() -> exchange(server));
        }
        for (int i = 0; i < 4; i++) {
          String room = "/ws/relay/" + i;
          peers.submit(() -> talk(server, room));
        }
      }
      server.servesNewConnections(8);
      assertThat(server.log()).doesNotContain(STARVED);
    }
  }

  /** Eight texts at a time, for a while. */
  private static Void exchange(AttackedProcess server) throws IOException {
    try (RawPeer peer = server.connect().opens("/ws/echo")) {
      for (int i = 0; i < 200; i++) {
        for (int k = 0; k < 8; k++) {
          peer.says("text " + k);
        }
        for (int k = 0; k < 8; k++) {
          peer.hears("text " + k);
        }
      }
    }
    return null;
  }

  /** One says something, and 32 hear it. */
  private static Void talk(AttackedProcess server, String room) throws IOException {
    List<RawPeer> all = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      all.add(server.connect().opens(room));
      all.getLast().hears("subscribed");
    }
    for (int i = 0; i < 50; i++) {
      String text = "text " + i;
      all.getFirst().says(text);
      for (RawPeer listener : all.subList(1, all.size())) {
        listener.hears(text);
      }
    }
    for (RawPeer peer : all) {
      peer.close();
    }
    return null;
  }

  private static void othersAreServed(AttackedProcess server, String meanwhile) throws Exception {
    long start = System.nanoTime();
    try (RawPeer peer = server.connect().opens("/ws/echo")) {
      long connected = System.nanoTime();
      long longest = 0;
      for (int i = 0; i < 10; i++) {
        long asked = System.nanoTime();
        assertThat(peer.asks("still there?")).isEqualTo("still there?");
        longest = Math.max(longest, System.nanoTime() - asked);
      }
      System.out.printf(
          "%s: a new connection after %d ms, the slowest of ten echoes after %d ms%n",
          meanwhile, (connected - start) / 1_000_000, longest / 1_000_000);
      assertThat(Duration.ofNanos(connected - start)).isLessThan(HANGS);
      assertThat(Duration.ofNanos(longest)).isLessThan(HANGS);
    }
  }

  private static void parallelismIsBack(AttackedProcess server) {
    await("the scheduler's parallelism")
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> assertThat(server.figures("scheduler")).containsEntry("parallelism", 2L));
  }

  /** Peers whose handlers hold their carriers. */
  private static final class Holders implements AutoCloseable {
    private final AttackedProcess server;
    private final List<RawPeer> all = new ArrayList<>();

    Holders(AttackedProcess server, int count) throws IOException {
      this.server = server;
      for (int i = 0; i < count; i++) {
        all.add(server.endpoint().connect(Duration.ofMinutes(1)).opens("/ws/blocking"));
      }
    }

    /** Returns when they hold all carriers there are. */
    void hold(java.util.function.IntFunction<String> command) throws Exception {
      for (int i : IntStream.range(0, all.size()).toArray()) {
        all.get(i).says(command.apply(i));
      }
      await("carriers that are held")
          .until(() -> server.figures("scheduler").get("mounted") >= Math.min(2, all.size()));
    }

    void hear(String text) throws IOException {
      for (RawPeer peer : all) {
        peer.hears(text);
      }
    }

    @Override
    public void close() throws IOException {
      for (RawPeer peer : all) {
        peer.close();
      }
    }
  }
}
