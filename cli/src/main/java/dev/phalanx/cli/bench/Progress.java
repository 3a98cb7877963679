package dev.phalanx.cli.bench;

import org.HdrHistogram.Histogram;

/** Hears how a run is going. Called by the thread that runs it; must not take long. */
public interface Progress {
  /** Connections are being opened. */
  void opening();

  /**
   * Called once a second.
   *
   * @param warmingUp whether this is not counted yet
   * @param elapsed seconds of the warm-up or the measurement that are over
   * @param of seconds that it takes
   * @param latency of the last second, in nanoseconds
   * @param seconds how long that was
   * @param errors since the beginning
   */
  void running(
      boolean warmingUp, double elapsed, double of, Histogram latency, double seconds, long errors);

  /** It is over. */
  void done();
}
