package dev.phalanx.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory runs out, or peers try to have it run out; afterwards all are served. */
@Tag("attack")
@Timeout(value = 5, unit = MINUTES)
class OutOfMemoryTest {
  private static final int MIB = 1 << 20;

  @Test
  void after_the_heap_was_full_for_a_moment_all_are_served() throws Exception {
    try (AttackedProcess server = AttackedProcess.described().with("-Xmx96m").start()) {
      server.servesNewConnections(20); // a class whose initializer lacks memory is lost for good
      server.passesOnPublications(2);
      try (Talkers talkers = new Talkers(server.endpoint(), 12)) {
        for (int i = 0; i < 3; i++) {
          server.says("fill 300");
          await("the heap's release")
              .atMost(Duration.ofMinutes(1))
              .untilAsserted(() -> server.does("stats"));
        }
      }
      server.servesNewConnections(20);
      server.passesOnPublications(8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere", "/health"})
  void bodies_that_nobody_reads_need_no_memory(String path) throws Exception {
    byte[] head =
        ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MIB + "\r\n\r\n")
            .getBytes(US_ASCII);
    byte[] unfinished = new byte[MIB - 1];
    List<RawPeer> peers = new ArrayList<>();
    try (AttackedProcess server = AttackedProcess.described().with("-Xmx256m").start()) {
      for (int i = 0; i < 400; i++) {
        peers.add(server.connect());
        try {
          peers.getLast().says(head).says(unfinished);
        } catch (IOException refused) {
          // the server has answered and closed
        }
      }
      server.servesNewConnections(20);
      close(peers);
      server.servesNewConnections(20);
    } finally {
      close(peers);
    }
  }

  @Test
  void unfinished_messages_need_a_bounded_memory() throws Exception {
    Frame message = Frame.text("x".repeat(64 << 10));
    byte[] unfinished = message.masked();
    unfinished = Arrays.copyOf(unfinished, unfinished.length - 1);
    List<RawPeer> peers = new ArrayList<>();
    try (AttackedProcess server = AttackedProcess.described().with("-Xmx256m").start()) {
      for (int i = 0; i < 3_000; i++) {
        try {
          RawPeer peer = server.connect();
          peers.add(peer);
          peer.opens("/ws/echo").says(unfinished);
        } catch (IOException refused) {
          // the server has closed, or doesn't accept one more
        }
      }
      server.servesNewConnections(20);
      close(peers);
      server.servesNewConnections(20);
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
    } finally {
      close(peers);
    }
  }

  private static void close(List<RawPeer> peers) throws IOException {
    for (RawPeer peer : peers) {
      peer.close();
    }
  }
}
