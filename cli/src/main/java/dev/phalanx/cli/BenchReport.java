package dev.phalanx.cli;

import dev.phalanx.cli.bench.BenchResult;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a run has shown, for people or for programs. */
final class BenchReport {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private BenchReport() {}

  static void json(BenchResult result, PrintWriter out) {
    out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result));
  }

  static void text(BenchResult result, PrintWriter out) {
    out.println(title(result));
    out.println("  " + counts(result));
    BenchResult.Latency latency = result.latencyMicros();
    if (latency != null) {
      out.println("  latency: " + latency(latency));
    }
    BenchResult.Server server = result.server();
    if (server != null) {
      out.println("  server: " + server(server, result));
    }
    if (result.errors().isEmpty()) {
      out.println("  errors: none");
    } else {
      out.println("  errors:");
      result.errors().forEach((kind, count) -> out.println(line("    %,d × %s", count, kind)));
    }
  }

  private static String title(BenchResult result) {
    StringBuilder title = new StringBuilder();
    title.append(result.mode()).append(' ').append(result.url());
    title.append(line(": %,d connections", result.connections()));
    append(title, ", %,d in flight", result.inFlight());
    append(title, ", %,d bytes", result.size());
    append(title, ", %,.0f a second wanted", result.rate());
    return title.toString();
  }

  private static void append(StringBuilder to, String format, @Nullable Number value) {
    if (value != null) {
      to.append(line(format, value));
    }
  }

  private static String counts(BenchResult result) {
    Double perSecond = result.perSecond();
    return perSecond == null
        ? line("%,d opened, held for %.1f s", result.opened(), result.seconds())
        : line(
            "%,d %s in %.1f s: %,.0f a second",
            result.count(), result.counted(), result.seconds(), perSecond);
  }

  private static String latency(BenchResult.Latency latency) {
    return "p50 %s, p90 %s, p99 %s, p99.9 %s, max %s"
        .formatted(
            duration(latency.p50()),
            duration(latency.p90()),
            duration(latency.p99()),
            duration(latency.p999()),
            duration(latency.max()));
  }

  private static String server(BenchResult.Server server, BenchResult result) {
    double micros = server.userMicros() + server.systemMicros();
    StringBuilder text = new StringBuilder();
    text.append(line("%.0f %% of a core", micros / result.seconds() / 1e4));
    append(text, ", %.2f µs of CPU each", server.microsEach());
    text.append(line(", %.1f MB of memory", server.rssBytes() / 1e6));
    if (result.opened() > 0) {
      text.append(
          line(
              ", which grew by %,.0f bytes a connection",
              (double) server.rssGrowthBytes() / result.opened()));
    }
    return text.toString();
  }

  /** Microseconds, in a unit that suits them. */
  static String duration(double micros) {
    if (micros < 1_000) {
      return line("%.0f µs", micros);
    }
    return micros < 1e6 ? line("%.2f ms", micros / 1e3) : line("%.2f s", micros / 1e6);
  }

  @SuppressWarnings(
      "AnnotateFormatMethod") // an annotation of error-prone's own: not worth a dependency
  private static String line(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
