package dev.phalanx.testkit;

import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.VirtualClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Where conversations take place: a clock, a lane, and who else is there. For one thread. */
final class World implements AutoCloseable {
  /** A wait for something that can only come on real threads ends after this. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Timers that set themselves again for the same moment: not for ever. */
  private static final int MAX_AT_ONCE = 10_000;

  private final VirtualClock clock;
  private final MemoryLane lane;
  private final List<Conversation> conversations = new CopyOnWriteArrayList<>();
  private Supplier<? extends Collection<Thread>> handlers = List::of;

  World(VirtualClock clock) {
    this.clock = clock;
    this.lane = new MemoryLane(clock);
  }

  /** These threads do something about its connections. */
  void watch(Supplier<? extends Collection<Thread>> threads) {
    handlers = threads;
  }

  VirtualClock clock() {
    return clock;
  }

  MemoryLane lane() {
    return lane;
  }

  List<Conversation> conversations() {
    return conversations;
  }

  /** Lets all do what they can without time passing. */
  void settle() {
    Stillness.await(lane, handlers.get());
    for (Conversation each : conversations) {
      if (each.listen()) {
        Stillness.await(lane, handlers.get()); // it has answered a Ping
      }
    }
  }

  void timePasses(Duration time) {
    timePassesUnless(time, () -> false);
  }

  /**
   * Lets time pass, timer by timer: whoever is woken by one has done what it does before the next.
   *
   * @return false if it stopped early, since that holds
   */
  boolean timePassesUnless(Duration time, BooleanSupplier stop) {
    long end = clock.nanoTime() + time.toNanos();
    int atOnce = 0;
    while (true) {
      settle();
      if (stop.getAsBoolean()) {
        return false;
      }
      Duration next = clock.untilNext();
      Duration left = Duration.ofNanos(end - clock.nanoTime());
      if (next == null || next.compareTo(left) > 0) {
        clock.advance(left);
        settle();
        return !stop.getAsBoolean();
      }
      atOnce = next.isZero() ? atOnce + 1 : 0;
      if (atOnce > MAX_AT_ONCE) {
        throw new IllegalStateException("timers for now set timers for now: " + clock.pending());
      }
      clock.advance(next);
    }
  }

  /** Lets ten minutes pass for something to come, and a second of real time; false if in vain. */
  boolean comes(BooleanSupplier condition) {
    if (!timePassesUnless(Duration.ofMinutes(10), condition)) {
      return true;
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      settle();
    }
    return true;
  }

  /** Closes a client's connections, for which time may have to pass. */
  void end(WsClient client, Leaks leaks) {
    Thread closing = Thread.ofVirtual().name("testkit-client").start(client::close);
    if (!comes(() -> !closing.isAlive())) {
      leaks.found(Stacks.of("the client's close", closing));
      closing.interrupt();
    }
  }

  /** Lets timers run out, for ten minutes at most; false if some are later, or come again. */
  boolean timersRunOut() {
    long end = clock.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (true) {
      settle();
      Duration next = clock.untilNext();
      if (next == null) {
        return true;
      }
      if (clock.nanoTime() + next.toNanos() > end) {
        return false;
      }
      clock.advance(next);
    }
  }

  @Override
  public void close() {
    lane.close();
  }
}
