package dev.phalanx.cli.bench;

import dev.phalanx.http.Lane;
import java.time.Duration;
import java.util.List;

/**
 * Says when messages are due, whatever the server does: one after the other of a lane's connections
 * in turn. What can't be sent in time stays due, and its latency counts from then, so that a server
 * that stands still is not asked less (no coordinated omission). Lane-confined.
 */
final class Pacer implements Runnable {
  private final Lane lane;
  private final List<Echoer> echoers;
  private final long first;
  private final double interval;
  private long said;
  private boolean begun;

  /**
   * A pacer of a lane.
   *
   * @param first when the first message is due, by {@link System#nanoTime}
   * @param interval nanoseconds between two messages of this lane
   */
  Pacer(Lane lane, List<Echoer> echoers, long first, double interval) {
    this.lane = lane;
    this.echoers = echoers;
    this.first = first;
    this.interval = interval;
  }

  @Override
  public void run() {
    if (!begun) {
      begun = true;
      for (int i = 0; i < echoers.size(); i++) {
        echoers.get(i).run(due(i), interval * echoers.size());
      }
    }
    for (long now = System.nanoTime(); due(said) - now <= 0; said++) {
      echoers.get((int) (said % echoers.size())).oneMoreIsDue();
    }
    if (!echoers.stream().allMatch(Talker::isOver)) {
      lane.schedule(this, Duration.ofNanos(Math.max(0, due(said) - System.nanoTime())));
    }
  }

  private long due(long number) {
    return first + (long) (number * interval);
  }
}
