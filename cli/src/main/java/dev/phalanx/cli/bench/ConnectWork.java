package dev.phalanx.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Connections are opened and closed, so many at a time. What is measured is the opening. */
final class ConnectWork implements Work {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** After a connection that can't be opened: a server that refuses all is not run over. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final BenchSettings settings;
  private final Opener opener;
  private final Faults faults;
  private final Latencies latencies;
  private final AtomicLong begun = new AtomicLong();
  private volatile List<Thread> workers = List.of();
  private volatile boolean running = true;
  private volatile long first;

  ConnectWork(BenchSettings settings, Opener opener, Faults faults, Latencies latencies) {
    this.settings = settings;
    this.opener = opener;
    this.faults = faults;
    this.latencies = latencies;
  }

  /** One, to see whether it can be had. */
  @Override
  public void open() throws IOException, InterruptedException {
    openAndClose();
  }

  private void openAndClose() throws IOException, InterruptedException {
    close(opener.open(wire -> new Talker(wire, settings, faults)));
  }

  private static void close(Talker talker) throws InterruptedException {
    talker.close();
    talker.awaitGone(CLOSE_LIMIT);
  }

  @Override
  public void start() {
    first = System.nanoTime();
    workers =
        IntStream.range(0, settings.connections())
            .mapToObj(i -> Thread.ofVirtual().name("bench-connect-" + i).start(this::work))
            .toList();
  }

  private void work() {
    try {
      while (running) {
        oneMore();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to stop
    }
  }

  private void oneMore() throws InterruptedException {
    long since = awaitDue();
    if (!running) {
      return;
    }
    try {
      Talker talker = opener.open(wire -> new Talker(wire, settings, faults));
      latencies.record(System.nanoTime() - since);
      close(talker);
    } catch (IOException e) {
      faults.count(String.valueOf(e.getMessage()));
      Thread.sleep(PAUSE);
    }
  }

  /** When the next is due; with a rate, waits until then. */
  private long awaitDue() throws InterruptedException {
    long now = System.nanoTime();
    if (settings.interval() == 0) {
      return now;
    }
    long due = first + (long) (begun.getAndIncrement() * settings.interval());
    if (due - now > 0) {
      TimeUnit.NANOSECONDS.sleep(due - now);
    }
    return due;
  }

  @Override
  public boolean isOver() {
    return false;
  }

  @Override
  public int opened() {
    return 0;
  }

  @Override
  public void stop() throws InterruptedException {
    running = false;
    long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
    for (Thread worker : workers) {
      if (!worker.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        worker.interrupt();
      }
    }
  }
}
