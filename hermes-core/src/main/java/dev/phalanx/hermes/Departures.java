package dev.phalanx.hermes;

import dev.phalanx.http.BackgroundLogger;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The members that are to be taken out of a gateway, because their connections have gone. To take
 * one out needs locks, and time for each of its subscriptions: so an event loop only leaves it
 * here, and a virtual thread takes it out, some subscriptions at a time. No more wait here than
 * there were connections.
 */
final class Departures {
  private static final BackgroundLogger log = BackgroundLogger.of(WsGateway.class.getName());

  /**
   * A member that is to be taken out.
   *
   * @param connection which it was; null if that was collected
   */
  record Departure(Member member, @Nullable WsConnection connection) {}

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final Queue<Departure> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock takingOut = new ReentrantLock();
  private final BackgroundTask task = new BackgroundTask("departures", this::takeAllOut);
  private final Predicate<Departure> taker;

  /**
   * Nobody has gone yet.
   *
   * @param taker takes out some of a member's subscriptions, and says whether there are more
   */
  Departures(Predicate<Departure> taker) {
    this.taker = taker;
  }

  /** Has a member taken out, soon. Any thread, event loops too; never waits. */
  void add(Member member, @Nullable WsConnection connection) {
    waiting.add(new Departure(member, connection));
    task.ask();
  }

  /** Sees to it that a thread takes out what waits, should it have been impossible to start one. */
  void hasten() {
    if (!waiting.isEmpty()) {
      task.ask();
    }
  }

  /** Takes out all that wait. May wait itself; never on an event loop. */
  void settle() {
    while (takeSomeOut()) {}
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it is a courtesy
  private void takeAllOut() {
    try {
      while (takeSomeOut()) {
        Thread.yield(); // somebody else may need the processor
      }
    } catch (RuntimeException | Error e) { // no memory, say
      log.log(Level.ERROR, "A connection that has gone could not be taken out yet", e);
      LockSupport.parkNanos(PAUSE);
      task.ask();
    }
  }

  private boolean takeSomeOut() {
    takingOut.lock();
    try {
      Departure first = waiting.peek();
      if (first != null && !taker.test(first)) {
        waiting.poll(); // at last: until then it is to be seen that somebody has gone
      }
      return first != null;
    } finally {
      takingOut.unlock();
    }
  }
}
