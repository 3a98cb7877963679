package dev.phalanx.attack;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Peers that come to a server and are gone at once, in every phase of a connection's life, while
 * honest peers stay and talk.
 */
final class Storm {
  private static final int PASSERS_BY = 6;
  private static final int ECHOES = 6;
  private static final int PAIRS = 4;
  private static final List<String> PATHS =
      List.of("/ws/rooms/lobby", "/ws/relay/1", "/ws/echo", "/ws/everything");
  private static final Departure[] DEPARTURES = Departure.values();

  private final Endpoint server;
  private final long seed;
  private final long end;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong visits = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong longestWait = new AtomicLong();

  private Storm(Endpoint server, Duration duration, Random random) {
    this.server = server;
    this.seed = random.nextLong();
    this.end = System.nanoTime() + duration.toNanos();
  }

  /**
   * What it was.
   *
   * @param visits how many peers came and went
   * @param answers how many answers the honest peers got
   * @param longestWaitMillis how long one of them waited at most
   * @param failures who got no answer, or a wrong one
   */
  record Outcome(long visits, long answers, long longestWaitMillis, List<String> failures) {}

  /** Goes on for so long, and returns when all peers have gone. */
  static Outcome rage(Endpoint server, Duration duration, Random random) {
    Storm storm = new Storm(server, duration, random);
    try (ExecutorService peers =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int i = 0; i < PASSERS_BY; i++) {
        Random own = new Random(storm.seed + i);
        peers.execute(() -> storm.passBy(own));
      }
      for (int i = 0; i < ECHOES; i++) {
        peers.execute(storm::echo);
      }
      for (int i = 0; i < PAIRS; i++) {
        String path = (i % 2 == 0 ? "/ws/rooms/tea-" : "/ws/relay/tea-") + i;
        peers.execute(() -> storm.chat(path));
      }
      peers.execute(storm::ask);
    }
    return new Outcome(
        storm.visits.get(),
        storm.answers.get(),
        storm.longestWait.get() / 1_000_000,
        List.copyOf(storm.failures));
  }

  private boolean goesOn() {
    return failures.isEmpty() && System.nanoTime() < end;
  }

  private void passBy(Random random) {
    while (goesOn()) {
      String path = PATHS.get(random.nextInt(PATHS.size()));
      Departure departure = DEPARTURES[random.nextInt(DEPARTURES.length)];
      try (RawPeer peer = departure.come(server, path, random)) {
        if (random.nextBoolean()) {
          peer.resets();
        }
      } catch (SocketTimeoutException e) {
        failures.add("a peer got no answer: " + departure + " at " + path);
      } catch (IOException e) {
        // The server may close first: a handler returns when it likes.
      }
      visits.incrementAndGet();
    }
  }

  private void echo() {
    honest(
        () -> {
          try (RawPeer peer = server.connect().opens("/ws/echo")) {
            for (long i = 0; goesOn(); i++) {
              String text = "text " + i;
              timed(() -> {
                peer.says(text);
                peer.hears(text);
              });
            }
          }
        },
        "/ws/echo");
  }

  private void chat(String path) {
    honest(
        () -> {
          try (RawPeer alice = server.connect().opens(path);
              RawPeer bob = server.connect().opens(path)) {
            alice.hears("subscribed");
            bob.hears("subscribed");
            for (long i = 0; goesOn(); i++) {
              String text = "text " + i;
              timed(() -> {
                alice.says(text);
                bob.hears(text);
                bob.says(text);
                alice.hears(text);
              });
            }
          }
        },
        path);
  }

  private void ask() {
    honest(
        () -> {
          while (goesOn()) {
            timed(() -> {
              try (RawPeer peer = server.connect()) {
                if (peer.gets("/health") != 200) {
                  throw new IOException("not healthy");
                }
              }
            });
          }
        },
        "/health");
  }

  private interface Talk {
    void run() throws IOException;
  }

  private void honest(Talk talk, String path) {
    try {
      talk.run();
    } catch (IOException e) {
      failures.add("an honest peer at " + path + ": " + e);
    }
  }

  private void timed(Talk talk) throws IOException {
    long start = System.nanoTime();
    talk.run();
    longestWait.accumulateAndGet(System.nanoTime() - start, Math::max);
    answers.incrementAndGet();
  }
}
