package dev.phalanx.cli.bench;

import dev.phalanx.http.Lane;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latencies in nanoseconds. Each lane writes to a recorder of its own; one thread collects from all
 * of them, without holding any of them up.
 */
final class Latencies {
  /** Figures that are kept of each value: an error of a thousandth. */
  private static final int DIGITS = 3;

  /** A recorder, as whoever collects sees it: takes the last histogram back, gives the next. */
  private static final class Source {
    private final UnaryOperator<Histogram> flip;
    private Histogram spare;

    Source(UnaryOperator<Histogram> flip, Histogram first) {
      this.flip = flip;
      this.spare = first;
    }

    void addTo(Histogram total) {
      spare = flip.apply(spare);
      total.add(spare);
    }
  }

  private final List<Source> sources = new CopyOnWriteArrayList<>();
  private final Map<Lane, LongConsumer> writers = new ConcurrentHashMap<>();
  private final Recorder shared = new Recorder(DIGITS);

  Latencies() {
    sources.add(new Source(shared::getIntervalHistogram, shared.getIntervalHistogram()));
  }

  static Histogram newHistogram() {
    return new Histogram(DIGITS);
  }

  /** Where a lane, and nobody else, writes. Any thread. */
  LongConsumer of(Lane lane) {
    return writers.computeIfAbsent(lane, any -> newWriter());
  }

  private LongConsumer newWriter() {
    SingleWriterRecorder recorder = new SingleWriterRecorder(DIGITS);
    sources.add(new Source(recorder::getIntervalHistogram, recorder.getIntervalHistogram()));
    return nanos -> recorder.recordValue(Math.max(0, nanos));
  }

  /** Writes a value. Any thread, for those who are not in a hurry. */
  void record(long nanos) {
    shared.recordValue(Math.max(0, nanos));
  }

  /** What was written since the last call. For one thread. */
  Histogram collect() {
    Histogram total = newHistogram();
    sources.forEach(source -> source.addTo(total));
    return total;
  }
}
