package dev.phalanx.cli.bench;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One connection publishes, and all the others wait for it. */
final class FanOutWork implements Work {
  /** Between two invitations: a subscriber may have joined after the last one. */
  private static final Duration INVITATIONS = Duration.ofMillis(100);

  private final BenchSettings settings;
  private final Faults faults;
  private final Latencies latencies;
  private final Publications publications;
  private final Crowd<Publisher> publishers;
  private final Crowd<Subscriber> subscribers;
  private final Map<Lane, Payload> payloads = new ConcurrentHashMap<>();
  private volatile @Nullable Publisher publisher;
  private boolean stuck;

  FanOutWork(BenchSettings settings, Opener opener, Faults faults, Latencies latencies) {
    this.settings = settings;
    this.faults = faults;
    this.latencies = latencies;
    this.publications = new Publications(settings.inFlight(), this::wakePublisher);
    this.publishers = new Crowd<>(opener, faults);
    this.subscribers = new Crowd<>(opener, faults);
  }

  private void wakePublisher() {
    Publisher there = publisher;
    if (there != null) {
      there.wake();
    }
  }

  @Override
  public void open() throws IOException, InterruptedException {
    Publisher opened =
        publishers.openOne(wire -> new Publisher(wire, settings, faults, publications), any -> {});
    publisher = opened;
    subscribers.open(settings.connections() - 1, this::subscriber, any -> {});
    awaitSubscriptions(opened);
  }

  private Subscriber subscriber(Wire wire) {
    Lane lane = wire.lane();
    Payload payload =
        payloads.computeIfAbsent(lane, any -> new Payload(settings.size(), settings.binary()));
    return new Subscriber(wire, settings, faults, payload, publications, latencies.of(lane));
  }

  /** A server may subscribe a connection some time after it was opened. */
  private void awaitSubscriptions(Publisher opened) throws InterruptedException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (missing() > 0 && System.nanoTime() - deadline < 0 && !opened.isOver()) {
      opened.invite();
      Thread.sleep(INVITATIONS);
    }
    long missing = missing();
    if (missing > 0) {
      faults.count("a subscriber heard nothing of what was published" + settings.within(), missing);
    }
  }

  private long missing() {
    return subscribers.members().stream()
        .filter(each -> !each.isOver() && !each.hasJoined())
        .count();
  }

  @Override
  public void start() {
    Publisher opened = publisher;
    if (opened == null || missing() > 0) {
      stuck = true;
      return;
    }
    publications.begin(countedSubscribers());
    opened.lane().execute(opened::run);
  }

  /** Each says on its own lane whether it is still there: from then on it says when it goes. */
  private int countedSubscribers() {
    AtomicInteger counted = new AtomicInteger();
    CountDownLatch asked = new CountDownLatch(subscribers.members().size());
    for (Subscriber each : subscribers.members()) {
      each.lane()
          .execute(() -> {
            counted.addAndGet(each.count() ? 1 : 0);
            asked.countDown();
          });
    }
    try {
      if (!asked.await(settings.patience().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("the event loops don't answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever waits next hears of it
    }
    return counted.get();
  }

  @Override
  public void check() {
    if (!stuck && publications.isStuck(settings.patience().toNanos())) {
      stuck = true;
      faults.count("a message did not reach everybody" + settings.within());
    }
  }

  @Override
  public boolean isOver() {
    return stuck || publishers.isGone() || subscribers.isGone();
  }

  @Override
  public int opened() {
    return publishers.members().size() + subscribers.members().size();
  }

  @Override
  public void stop() throws InterruptedException {
    Publisher opened = publisher;
    if (opened != null) {
      opened.lane().execute(opened::halt);
    }
    publishers.close();
    subscribers.close();
  }
}
