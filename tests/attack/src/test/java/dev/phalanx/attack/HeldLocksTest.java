package dev.phalanx.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Another thread holds a lock of the project's own, each kind in its turn, and waits. Meanwhile
 * peers leave, close, say messages and come, so that the event loops do all that they do; and all
 * event loops go on.
 */
@Tag("attack")
@Timeout(value = 10, unit = MINUTES)
class HeldLocksTest {
  private static final int ECHOES = 6; // enough to meet each event loop
  private static final int OF_EACH = 3;

  /** Peers of an event loop's daily work, connected before the lock is held. */
  private static final class Passers implements AutoCloseable {
    private final List<RawPeer> all = new ArrayList<>();

    Passers(AttackedProcess server) throws IOException {
      for (int i = 0; i < 4 * OF_EACH; i++) {
        RawPeer peer = server.connect().opens("/ws/relay/" + i % 2);
        peer.hears("subscribed");
        all.add(peer);
      }
    }

    /** One resets, one closes, one says something, one breaks the protocol. */
    void pass() throws IOException {
      for (int i = 0; i < all.size(); i += 4) {
        all.get(i).resets();
        all.get(i + 1).says(Frame.close(1000, ""));
        all.get(i + 2).says("a message");
        all.get(i + 3).says(Frame.of(0xB, new byte[0]));
      }
    }

    @Override
    public void close() throws IOException {
      for (RawPeer peer : all) {
        peer.close();
      }
    }
  }

  @Test
  void an_event_loop_waits_for_no_lock_that_another_thread_holds() throws Exception {
    try (AttackedProcess server = AttackedProcess.described().start();
        Passers known = new Passers(server)) {
      List<RawPeer> echoes = echoes(server);
      Map<String, String> stopped = new TreeMap<>();
      for (String kind : server.does("locks").split(";")) {
        try (Passers passers = new Passers(server)) {
          String held = server.does("hold " + kind);
          passers.pass();
          try (RawPeer newcomer = server.connect()) {
            newcomer.says(RawPeer.handshake("/ws/rooms/lobby"));
            exchange(echoes);
          } catch (IOException e) {
            Path threads = server.folder().resolve("threads-" + stopped.size() + ".txt");
            server.does("dump " + threads);
            stopped.put(kind, held + ": " + e + "; the threads: " + threads);
          }
          server.does("release");
          if (stopped.containsKey(kind)) {
            echoes.forEach(HeldLocksTest::leave);
            echoes = echoes(server); // what was late must not be heard as another answer
          }
        }
      }
      assertThat(stopped).as("locks that stop an event loop").isEmpty();
      server.servesNewConnections(20);
      echoes.forEach(HeldLocksTest::leave);
    }
  }

  @Test
  void an_event_loop_does_not_wait_for_a_log_that_is_stuck() throws Exception {
    try (AttackedProcess server = AttackedProcess.described().start();
        Passers passers = new Passers(server)) {
      List<RawPeer> echoes = echoes(server);
      server.does("stall-log");
      passers.pass();
      try (RawPeer broken = server.connect();
          RawPeer unknown = server.connect();
          RawPeer foreign = server.connect()) {
        broken.says("no request\r\n\r\n".getBytes(US_ASCII));
        unknown.says(RawPeer.handshake("/ws/nowhere"));
        foreign.says(
            new String(RawPeer.handshake("/ws/echo"), US_ASCII)
                .replace("Upgrade: websocket", "Origin: http://elsewhere\r\nUpgrade: websocket")
                .getBytes(US_ASCII));

        exchange(echoes);
      } catch (IOException e) {
        throw new AssertionError(server.diagnosis(), e);
      }
      server.does("free-log");
      server.servesNewConnections(20);
      echoes.forEach(HeldLocksTest::leave);
    }
  }

  private static List<RawPeer> echoes(AttackedProcess server) throws IOException {
    List<RawPeer> echoes = new ArrayList<>();
    for (int i = 0; i < ECHOES; i++) {
      echoes.add(server.connect().opens("/ws/echo"));
    }
    return echoes;
  }

  /** Twice: what the passers have done may come to an event loop after the first. */
  private static void exchange(List<RawPeer> echoes) throws IOException {
    for (String text : List.of("first", "second")) {
      for (RawPeer echo : echoes) {
        echo.says(text);
        echo.hears(text);
      }
    }
  }

  private static void leave(RawPeer peer) {
    try {
      peer.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
