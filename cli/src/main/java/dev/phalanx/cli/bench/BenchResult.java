package dev.phalanx.cli.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown. Its components are the fields of the JSON.
 *
 * @param url without a query
 * @param connections that were asked for
 * @param opened that could be opened; 0 where connections come and go
 * @param rate that was asked for, a second; null without one
 * @param seconds that were measured; of idle connections, that they were held
 * @param counted what is counted: answers, deliveries, handshakes, connections
 * @param perSecond null for idle connections
 * @param latencyMicros in microseconds; null if nothing came
 * @param errors how often what went wrong, over the whole run
 * @param server what the server's process used; null if none was named
 */
public record BenchResult(
    String mode,
    String url,
    int connections,
    int opened,
    @Nullable Integer inFlight,
    @Nullable Integer size,
    @Nullable Double rate,
    double seconds,
    String counted,
    long count,
    @Nullable Double perSecond,
    @Nullable Latency latencyMicros,
    Map<String, Long> errors,
    @Nullable Server server) {

  /** Microseconds. */
  public record Latency(double mean, double p50, double p90, double p99, double p999, double max) {
    static @Nullable Latency of(Histogram nanos) {
      return nanos.getTotalCount() == 0
          ? null
          : new Latency(
              nanos.getMean() / 1e3,
              at(nanos, 50),
              at(nanos, 90),
              at(nanos, 99),
              at(nanos, 99.9),
              nanos.getMaxValue() / 1e3);
    }

    private static double at(Histogram nanos, double percentile) {
      return nanos.getValueAtPercentile(percentile) / 1e3;
    }
  }

  /**
   * What the server's process used while it was measured.
   *
   * @param userMicros CPU time in its own code, in microseconds
   * @param systemMicros CPU time in the kernel, in microseconds
   * @param microsEach CPU time for each of what is counted, in microseconds; null if nothing came,
   *     and for idle connections
   * @param rssBytes its resident memory at the end, with the connections open
   * @param rssGrowthBytes by how much that grew since before they were opened
   */
  public record Server(
      long pid,
      long userMicros,
      long systemMicros,
      @Nullable Double microsEach,
      long rssBytes,
      long rssGrowthBytes) {}
}
