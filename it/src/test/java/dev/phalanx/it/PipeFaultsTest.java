package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.seeds.Seed;
import dev.phalanx.testkit.HermesTest;
import dev.phalanx.testkit.TestServer;
import dev.phalanx.transport.memory.MemoryPipe;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real client and a real server, and what happens between them. */
class PipeFaultsTest {
  private final BlockingQueue<WsClosed> endings = new LinkedBlockingQueue<>();

  private final WsHandler echo =
      scope -> {
        WsConnection conn = scope.connection();
        for (WsMessage message : conn.inbound()) {
          conn.send(message);
        }
        endings.add(conn.closed());
      };

  @RegisterExtension
  final HermesTest hermes =
      HermesTest.inMemory(
          runner -> runner.withWebsockets(WsRouteGroup.builder().route("/ws/echo", echo).build()));

  private static String next(WsClientConnection conn) {
    return conn.inbound().iterator().next().text();
  }

  private WsClosed ending() throws InterruptedException {
    return endings.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void in_pieces_both_hear_the_same(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");
    MemoryPipe pipe = server.pipes().getLast();
    Seed.run(
        "in_pieces_both_hear_the_same",
        random -> {
          pipe.near().inPieces(new Random(random.nextLong()));
          pipe.far().inPieces(new Random(random.nextLong()));
          String much = "Grüße, ".repeat(random.nextInt(1_000));

          conn.sendText(much);
          conn.sendText("end");

          assertThat(next(conn)).isEqualTo(much);
          assertThat(next(conn)).isEqualTo("end");
        });
  }

  @Test
  void from_far_away_it_takes_its_time(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");
    server.pipes().getLast().near().delay(Duration.ofMillis(70));
    server.pipes().getLast().far().delay(Duration.ofMillis(50));
    long sent = server.clock().nanoTime();
    conn.sendText("hello");

    server.timePasses(Duration.ofMillis(120));

    assertThat(next(conn)).isEqualTo("hello");
    assertThat(server.clock().nanoTime() - sent).isEqualTo(Duration.ofMillis(120).toNanos());
  }

  @Test
  void a_reset_is_a_loss_to_both(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");

    server.pipes().getLast().reset();

    assertThat(conn.inbound()).isEmpty();
    assertThat(conn.closed().by()).isEqualTo(WsClosed.By.NOBODY);
    assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
    assertThat(server.pipes().getLast().isClosed()).isTrue();
  }

  @Test
  void cut_off_both_find_out_by_their_pings(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");
    server.pipes().getLast().cut();
    conn.sendText("lost");

    server.timePasses(Duration.ofMillis(39_999));
    assertThat(conn.closed()).isNull();
    assertThat(endings).isEmpty();
    server.timePasses(Duration.ofMillis(1));

    assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
    assertThat(conn.inbound()).isEmpty();
    assertThat(conn.closed().by()).isEqualTo(WsClosed.By.NOBODY);
  }

  @Test
  void a_slow_reader_holds_up_the_server_and_nothing_is_lost(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");
    MemoryPipe pipe = server.pipes().getLast();
    pipe.near().readOnly(100);
    for (int i = 0; i < 20; i++) {
      conn.sendBinary(new byte[10_000]);
    }
    server.timePasses(Duration.ofSeconds(1));

    pipe.near().readAll();

    var inbound = conn.inbound().iterator();
    for (int i = 0; i < 20; i++) {
      assertThat(inbound.next().bytes()).hasSize(10_000);
    }
  }

  @Test
  void a_killed_process_is_an_end_without_a_close(TestServer server) throws Exception {
    WsClientConnection conn = server.connect("/ws/echo");
    conn.sendText("last words");

    server.pipes().getLast().near().close();

    assertThat(ending().by()).isEqualTo(WsClosed.By.NOBODY);
    assertThat(conn.closed().by()).isEqualTo(WsClosed.By.NOBODY);
  }
}
