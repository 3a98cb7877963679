package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.seeds.Seed;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The wires of an event loop read into one buffer and write from another: nobody may hear what is
 * somebody else's, and what a socket doesn't take at once must follow.
 */
class SharedBuffersTest {
  private static final WsHandler MIRROR =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static Serving serving(String path, WsHandler handler) throws Exception {
    return Serving.of(runner ->
        runner
            .withConfig(HttpServerConfig.defaults().withEventLoops(1))
            .withWebsockets(WsRouteGroup.builder().route(path, handler).build()));
  }

  @Test
  void what_a_socket_does_not_take_at_once_follows_and_then_it_goes_on_as_before()
      throws Exception {
    WsHandler pours =
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            for (int i = 0; i < 300; i++) {
              byte[] bytes = new byte[10_000];
              Arrays.fill(bytes, (byte) i);
              scope.connection().send(WsMessage.binary(bytes));
            }
            scope.connection().send(message);
          }
        };
    try (Serving serving = serving("/pours", pours);
        Peer alice = Peer.withLittleRoom(serving.server())) {
      alice.opens("/pours");
      for (int round = 0; round < 2; round++) {
        alice.says(Frame.text("that was " + round));
        for (int i = 0; i < 300; i++) {
          byte[] expected = new byte[10_000];
          Arrays.fill(expected, (byte) i);
          alice.hears(Frame.binary(expected));
        }
        alice.hears(Frame.text("that was " + round));
      }
    }
  }

  @Test
  void nobody_hears_what_another_one_said_however_the_bytes_come_and_go() throws Exception {
    int peers = 12;
    int messages = 40;
    Seed.run(
        "SharedBuffersTest",
        random -> {
          try (Serving serving = serving("/mirror", MIRROR);
              ExecutorService speakers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Peer> all = new ArrayList<>();
            List<Queue<Frame>> owed = new ArrayList<>();
            List<Future<?>> speaking = new ArrayList<>();
            for (int i = 0; i < peers; i++) {
              Peer peer =
                  random.nextBoolean() ? serving.peer() : Peer.withLittleRoom(serving.server());
              List<Frame> frames = frames(messages, random);
              long seed = random.nextLong();
              all.add(peer.opens("/mirror"));
              owed.add(new ArrayDeque<>(frames));
              speaking.add(
                  speakers.submit(() -> {
                    saysInPieces(peer, frames, new Random(seed));
                    return null;
                  }));
            }
            for (int left = peers * messages; left > 0; left--) {
              int i = random.nextInt(peers);
              while (owed.get(i).isEmpty()) {
                i = (i + 1) % peers;
              }
              assertThat(all.get(i).hearsFrame())
                  .as("heard by %s", i)
                  .isEqualTo(owed.get(i).poll());
            }
            for (int i = 0; i < peers; i++) {
              speaking.get(i).get();
              all.get(i).close();
            }
          }
        });
  }

  /** Most are small, some nearly as large as may be. */
  private static List<Frame> frames(int count, Random random) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes =
          new byte[random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(300)];
      random.nextBytes(bytes);
      frames.add(Frame.binary(bytes));
    }
    return frames;
  }

  private static void saysInPieces(Peer peer, List<Frame> frames, Random random) throws Exception {
    for (Frame frame : frames) {
      byte[] bytes = frame.masked();
      for (int at = 0; at < bytes.length; ) {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(40_000));
        peer.says(Arrays.copyOfRange(bytes, at, end));
        at = end;
      }
    }
  }
}
