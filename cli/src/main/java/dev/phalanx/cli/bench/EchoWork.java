package dev.phalanx.cli.bench;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Each connection sends, and waits for its answers. */
final class EchoWork implements Work {
  private final BenchSettings settings;
  private final Faults faults;
  private final Latencies latencies;
  private final Crowd<Echoer> crowd;
  private final Map<Lane, Payload> payloads = new ConcurrentHashMap<>();
  private final Map<Lane, List<Echoer>> byLane = new LinkedHashMap<>();

  EchoWork(BenchSettings settings, Opener opener, Faults faults, Latencies latencies) {
    this.settings = settings;
    this.faults = faults;
    this.latencies = latencies;
    this.crowd = new Crowd<>(opener, faults);
  }

  @Override
  public void open() throws IOException, InterruptedException {
    crowd.openOne(this::echoer, any -> {});
    crowd.open(settings.connections() - 1, this::echoer, any -> {});
    for (Echoer each : crowd.members()) {
      byLane.computeIfAbsent(each.lane(), any -> new ArrayList<>()).add(each);
    }
  }

  private Echoer echoer(Wire wire) {
    Lane lane = wire.lane();
    Payload payload =
        payloads.computeIfAbsent(lane, any -> new Payload(settings.size(), settings.binary()));
    return new Echoer(wire, settings, faults, payload, latencies.of(lane));
  }

  @Override
  public void start() {
    long start = System.nanoTime();
    double interval = settings.interval();
    int before = 0; // connections of other lanes, so that the lanes don't send all at once
    for (Map.Entry<Lane, List<Echoer>> one : byLane.entrySet()) {
      Lane lane = one.getKey();
      List<Echoer> echoers = one.getValue();
      if (interval == 0) {
        lane.execute(() -> echoers.forEach(Echoer::run));
      } else {
        long first = start + (long) (before * interval);
        double share = interval * crowd.members().size() / echoers.size();
        lane.execute(new Pacer(lane, echoers, first, share));
        before++;
      }
    }
  }

  @Override
  public void check() {
    byLane.forEach((lane, echoers) ->
        lane.execute(() -> {
          long now = System.nanoTime();
          echoers.forEach(each -> each.check(now));
        }));
  }

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
    byLane.forEach((lane, echoers) -> lane.execute(() -> echoers.forEach(Echoer::halt)));
    crowd.close();
  }
}
