package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What becomes of frames that were accepted and can't be written any more. */
class OutflowTest {
  private static final WsHandler LISTENER = scope -> scope.connection().inbound().forEach(m -> {});

  @Test
  void aWireThatFailsWhileItIsWrittenToIsGivenUp() throws Exception {
    try (var server = Conversation.Server.start();
        var wire = new WatchedWire(server, WsConfig.defaults(), LISTENER)) {
      assertThat(wire.connection.sendText("fine")).isTrue();
      server.lane().run(() -> {});
      wire.failAfter(10);
      assertThat(wire.connection.sendText("x".repeat(100))).isTrue();
      assertThat(wire.seesTheHandlerEnd()).isTrue();
      assertThat(wire.peer.isClosed()).isTrue();
      WsClosed closed = wire.connection.closed();
      assertThat(closed.by()).isEqualTo(WsClosed.By.NOBODY);
      assertThat(closed.reason()).contains("OutOfMemoryError");
      assertThat(HeardFrame.in(wire.peer.receive())).hasSize(1);
    }
  }

  @Test
  void nothingIsKeptOfWhatWasSentWhileTheConnectionWasLost() throws Exception {
    try (var server = Conversation.Server.start();
        var threads = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 2_000; round++) {
        try (var talk = server.connect(WsConfig.defaults(), LISTENER)) {
          List<Future<?>> senders = sendUntilClosed(talk.connection(), threads);
          talk.peer.reset();
          for (Future<?> sender : senders) {
            sender.get();
          }
          server.lane().run(() -> {});
          Outbound outbound = talk.connection().link().outbound();
          int kept = outbound.transferTo((bytes, offset, length) -> {}, 1 << 20);
          assertThat(kept).as("bytes that still wait, in round %d", round).isZero();
        }
      }
    }
  }

  private static List<Future<?>> sendUntilClosed(WsConnection conn, ExecutorService threads) {
    List<Future<?>> senders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      senders.add(
          threads.submit(() -> {
            boolean queued = true;
            while (queued) {
              queued = conn.sendText("x");
            }
          }));
    }
    return senders;
  }
}
