package dev.phalanx.cli.bench;

import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A run from its first connection to its last. For one thread, once. */
public final class BenchRun {
  private static final Duration STEP = Duration.ofMillis(200);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final BenchSettings settings;
  private final Progress progress;
  private final Faults faults = new Faults();
  private final Latencies latencies = new Latencies();
  private final Histogram total = Latencies.newHistogram();

  /** A run that is told of as it goes. */
  public BenchRun(BenchSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** What was measured, in nanoseconds, once it has been. */
  public Histogram histogram() {
    return total;
  }

  /**
   * Runs it. What goes wrong once the first connection is open is in the result.
   *
   * @throws RefusedException if the server opens no WebSocket
   * @throws IOException if the server can't be reached, or the process not read
   * @throws InterruptedException if the thread is interrupted; nothing is left open
   */
  public BenchResult run() throws IOException, InterruptedException {
    Destination destination = Destination.of(settings.url());
    try (Opener opener = new Opener(settings, destination)) {
      ProcessUse before = processUse();
      progress.opening();
      Work work = work(opener);
      try {
        work.open();
        work.start();
        warmUp(work);
        return measure(work, destination, before);
      } finally {
        progress.done();
        work.stop();
      }
    }
  }

  private Work work(Opener opener) {
    return switch (settings.mode()) {
      case ECHO -> new EchoWork(settings, opener, faults, latencies);
      case FAN_OUT -> new FanOutWork(settings, opener, faults, latencies);
      case CONNECT -> new ConnectWork(settings, opener, faults, latencies);
      case IDLE -> new IdleWork(settings, opener, faults, latencies);
    };
  }

  private @Nullable ProcessUse processUse() throws IOException {
    Long pid = settings.pid();
    return pid == null ? null : ProcessUse.of(pid);
  }

  /** Idle connections are measured while they are opened, and need none. */
  private void warmUp(Work work) throws InterruptedException {
    if (settings.mode() != Mode.IDLE) {
      watch(work, settings.warmUp(), true, Latencies.newHistogram());
    }
  }

  private BenchResult measure(Work work, Destination destination, @Nullable ProcessUse before)
      throws IOException, InterruptedException {
    ProcessUse atStart = processUse();
    long start = System.nanoTime();
    watch(work, settings.duration(), false, total);
    double seconds = (System.nanoTime() - start) / 1e9;
    return result(work, destination, seconds, server(before, atStart, processUse()));
  }

  /** Waits, or until it is over, and collects what was measured meanwhile. */
  private void watch(Work work, Duration length, boolean warmingUp, Histogram into)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + length.toNanos();
    long told = start;
    Histogram latest = Latencies.newHistogram();
    for (long now = start; now - end < 0 && !work.isOver(); now = System.nanoTime()) {
      Thread.sleep(Duration.ofNanos(Math.min(STEP.toNanos(), end - now)));
      work.check();
      Histogram step = latencies.collect();
      into.add(step);
      latest.add(step);
      long since = System.nanoTime() - told;
      if (since >= SECOND) {
        double elapsed = (System.nanoTime() - start) / 1e9;
        progress.running(
            warmingUp, elapsed, length.toMillis() / 1e3, latest, since / 1e9, faults.total());
        latest.reset();
        told = System.nanoTime();
      }
    }
  }

  private BenchResult.@Nullable Server server(
      @Nullable ProcessUse before, @Nullable ProcessUse atStart, @Nullable ProcessUse atEnd) {
    Long pid = settings.pid();
    if (pid == null || before == null || atStart == null || atEnd == null) {
      return null;
    }
    long user = atEnd.userMicros() - atStart.userMicros();
    long system = atEnd.systemMicros() - atStart.systemMicros();
    long count = total.getTotalCount();
    return new BenchResult.Server(
        pid,
        user,
        system,
        settings.mode() == Mode.IDLE || count == 0 ? null : (double) (user + system) / count,
        atEnd.rssBytes(),
        atEnd.rssBytes() - before.rssBytes());
  }

  private BenchResult result(
      Work work, Destination destination, double seconds, BenchResult.@Nullable Server server) {
    Mode mode = settings.mode();
    return new BenchResult(
        mode.toString(),
        destination.toString(),
        settings.connections(),
        work.opened(),
        mode.sends() ? settings.inFlight() : null,
        mode.sends() ? settings.size() : null,
        settings.rate() > 0 ? settings.rate() : null,
        seconds,
        mode.counted(),
        total.getTotalCount(),
        mode == Mode.IDLE ? null : total.getTotalCount() / seconds,
        BenchResult.Latency.of(total),
        faults.byKind(),
        server);
  }
}
