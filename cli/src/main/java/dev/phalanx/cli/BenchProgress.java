package dev.phalanx.cli;

import dev.phalanx.cli.bench.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One line in the terminal, written over each second; it is gone when the run is over. */
final class BenchProgress implements Progress {
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter terminal;

  private BenchProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /** Progress on standard error, if that is a terminal. */
  static Progress to(PrintWriter errors) {
    return isTerminal() ? new BenchProgress(errors) : new Silence();
  }

  /** Java tells of input and output only; Linux tells of each. */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return Connect.isTerminal(System.console());
    }
  }

  @Override
  public void opening() {
    show("opening connections …");
  }

  @Override
  public void running(
      boolean warmingUp,
      double elapsed,
      double of,
      Histogram latency,
      double seconds,
      long errors) {
    show(
        String.format(
            Locale.ROOT,
            "%s %.0f s of %.0f: %,.0f a second, p50 %s, p99 %s%s",
            warmingUp ? "warming up," : "measuring,",
            elapsed,
            of,
            latency.getTotalCount() / seconds,
            BenchReport.duration(latency.getValueAtPercentile(50) / 1e3),
            BenchReport.duration(latency.getValueAtPercentile(99) / 1e3),
            errors == 0 ? "" : String.format(Locale.ROOT, ", %,d errors", errors)));
  }

  @Override
  public void done() {
    show("");
  }

  private void show(String line) {
    terminal.print(CLEAR + line);
    terminal.flush();
  }

  /** Nobody looks. */
  private static final class Silence implements Progress {
    @Override
    public void opening() {}

    @Override
    public void running(
        boolean warmingUp,
        double elapsed,
        double of,
        Histogram latency,
        double seconds,
        long errors) {}

    @Override
    public void done() {}
  }
}
