package dev.phalanx.cli.bench;

import dev.phalanx.http.Wire;
import java.io.IOException;

/** Connections are opened and held, and say nothing but Pongs. What is measured is the opening. */
final class IdleWork implements Work {
  private final BenchSettings settings;
  private final Faults faults;
  private final Latencies latencies;
  private final Crowd<Talker> crowd;

  IdleWork(BenchSettings settings, Opener opener, Faults faults, Latencies latencies) {
    this.settings = settings;
    this.faults = faults;
    this.latencies = latencies;
    this.crowd = new Crowd<>(opener, faults);
  }

  @Override
  public void open() throws IOException, InterruptedException {
    crowd.openOne(this::talker, latencies::record);
    crowd.open(settings.connections() - 1, this::talker, latencies::record);
  }

  private Talker talker(Wire wire) {
    return new Talker(wire, settings, faults);
  }

  @Override
  public void start() {}

  @Override
  public boolean isOver() {
    return crowd.isGone();
  }

  @Override
  public int opened() {
    return crowd.members().size();
  }

  @Override
  public void stop() throws InterruptedException {
    crowd.close();
  }
}
