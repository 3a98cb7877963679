package dev.phalanx.http;

import static dev.phalanx.http.Asking.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many at once: who shows a ticket first has it, nobody else does, and the books balance. */
class TicketsRaceTest {
  private static final Request WS = upgrade("/ws");
  private static final int THREADS = 8;

  private static AuthContext of(int id) {
    return new AuthContext(Identity.of("id-" + id), "Bearer");
  }

  @Test
  void of_all_who_show_one_ticket_at_once_one_passes() throws Exception {
    Tickets tickets = Tickets.with(TicketConfig.defaults());
    int rounds = 2_000;
    List<String> issued = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      issued.add(tickets.issue(of(i)));
    }
    CyclicBarrier start = new CyclicBarrier(THREADS);
    AtomicLong passed = new AtomicLong();
    inAllThreads(thread -> {
      for (int i = 0; i < rounds; i++) {
        start.await();
        if (tickets.redeem(issued.get(i), WS) != null) {
          passed.incrementAndGet();
        }
      }
    });

    assertThat(passed).hasValue(rounds);
    assertThat(tickets.counts())
        .isEqualTo(new TicketCounts(0, rounds, rounds, 0, 0, 0, 0, (long) rounds * (THREADS - 1)));
  }

  @Test
  void whatever_is_done_at_once_every_ticket_is_accounted_for() throws Exception {
    long given = Long.getLong("hermes.seed", 0);
    long seed = given != 0 ? given : System.nanoTime();
    System.out.println("TicketsRaceTest: repeat with -Dhermes.seed=" + seed);
    StoppedClock clock = new StoppedClock();
    Tickets tickets =
        Tickets.with(TicketConfig.defaults().withPerIdentity(3).withCapacity(10), clock);
    Queue<String> shown = new ConcurrentLinkedQueue<>();
    AtomicLong full = new AtomicLong();
    AtomicLong passed = new AtomicLong();

    inAllThreads(thread -> {
      Random random = new Random(seed + thread);
      for (int i = 0; i < 20_000; i++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> {
            try {
              TicketBinding where =
                  TicketBinding.anywhere().toPath(random.nextInt(4) == 0 ? "/other" : "/ws");
              shown.add(tickets.issue(of(random.nextInt(10)), where));
            } catch (HttpException e) {
              full.incrementAndGet();
            }
          }
          case 4, 5, 6 -> {
            String ticket = shown.poll();
            if (ticket != null && tickets.redeem(ticket, WS) != null) {
              passed.incrementAndGet();
            }
          }
          default -> clock.advance(Duration.ofMillis(random.nextInt(10_000)));
        }
        assertThat(tickets.counts().waiting()).isBetween(0L, 10L);
      }
    });

    TicketCounts counts = tickets.counts();
    assertThat(counts.waiting())
        .as("seed %d: %s", seed, counts)
        .isEqualTo(
            counts.issued()
                - counts.redeemed()
                - counts.misused()
                - counts.expired()
                - counts.dropped());
    assertThat(counts.redeemed()).isEqualTo(passed.get()).isPositive();
    assertThat(counts.unissued()).isEqualTo(full.get()).isPositive();
    assertThat(counts.dropped()).isPositive();
    assertThat(counts.expired()).isPositive();
    assertThat(counts.misused()).isPositive();
    clock.advance(Duration.ofMinutes(1));
    assertThat(tickets.counts().waiting()).isZero();
  }

  /** What each thread does. */
  @FunctionalInterface
  private interface Body {
    void run(int thread) throws Exception;
  }

  private static void inAllThreads(Body body) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        tasks.add(() -> {
          body.run(thread);
          return null;
        });
      }
      for (Future<Void> each : threads.invokeAll(tasks)) {
        each.get();
      }
    }
  }
}
