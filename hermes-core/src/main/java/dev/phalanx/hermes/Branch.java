package dev.phalanx.hermes;

import dev.phalanx.http.Lane;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway's part on one lane. Whoever subscribes, unsubscribes or publishes leaves it a {@link
 * Step}, from any thread; the lane takes them in that order, many in a turn, and then flushes each
 * connection once. What was published to very many takes several turns; the steps behind it wait.
 *
 * <p>A thread may publish to a connection and then send to it, or close it. So while steps wait,
 * that goes through here, too ({@link Step.Behind}): the order of steps is the only order there is.
 */
final class Branch implements Runnable {
  /** So many steps and KiB are taken in a turn; then the lane's other work has its turn. */
  private static final int STEPS_PER_TURN = 512;

  /**
   * What deliveries may cost in a turn: some 1,800 subscribers' flushes, or ten milliseconds. What
   * was published to more goes on in the next turn, where it stopped.
   */
  static final int EFFORT_PER_TURN = 16_384;

  /** What a flush costs, where to write a KiB costs 1: it is a call of the system. */
  static final int FLUSH_EFFORT = 8;

  /**
   * So many steps and KiB may wait before publishers are held up: no more than what may wait for a
   * subscriber, so that a burst is no reason why one that reads well should be slow.
   */
  private static final int MOST_WAITING = 1_024;

  /** A publisher is held up so long at most: a lane that takes longer is stuck. */
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

  private static final Logger log = LoggerFactory.getLogger(WsGateway.class);
  private static final VarHandle WAITING;

  static {
    try {
      WAITING = MethodHandles.lookup().findVarHandle(Branch.class, "waiting", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final WsGateway gateway;
  private final Lane lane;
  private final int effortPerTurn;
  private final Roster everyone = new Roster("", this, null);
  private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
  private final Queue<Thread> heldUp = new ConcurrentLinkedQueue<>(); // publishers
  private volatile long waiting; // the cost of what was given and is not done

  // the lane's
  private final List<Outflow> touched = new ArrayList<>(); // to be flushed at the end of the turn
  private final Run run = new Run();
  private final Set<Member> lagging = new LinkedHashSet<>(); // for whom something waits
  private @Nullable Step next; // to be taken when the run before it has reached everybody
  private long taken; // the cost of the steps of which all or the last is still being delivered
  private int effort; // in this turn

  Branch(WsGateway gateway, Lane lane, int effortPerTurn) {
    this.gateway = gateway;
    this.lane = lane;
    this.effortPerTurn = effortPerTurn;
  }

  // ---- any thread ----

  WsGateway gateway() {
    return gateway;
  }

  Lane lane() {
    return lane;
  }

  /** All members that are on this lane. */
  Roster everyone() {
    return everyone;
  }

  /** Leaves a step to be taken. */
  void give(Step step) {
    long before = (long) WAITING.getAndAdd(this, (long) step.cost());
    steps.add(step);
    if (before == 0) {
      lane.execute(this);
    }
  }

  /** Whether something that the calling thread has given may be still to be done. */
  boolean isBusy() {
    return waiting != 0;
  }

  /**
   * Holds a thread up that publishes, subscribes or unsubscribes quicker than the lane, so that not
   * everything piles up here. It waits for our lane, never for a peer, by the machine's own clock;
   * and not where that can't help.
   */
  void awaitRoom() {
    if (waiting > MOST_WAITING && !lane.isCurrent()) {
      Thread publisher = Thread.currentThread();
      long deadline = System.nanoTime() + LONGEST_WAIT;
      heldUp.add(publisher);
      try {
        long left = LONGEST_WAIT;
        while (waiting > MOST_WAITING && left > 0 && !publisher.isInterrupted()) {
          LockSupport.parkNanos(this, left);
          left = deadline - System.nanoTime();
        }
      } finally {
        heldUp.remove(publisher);
      }
    }
  }

  // ---- the lane ----

  @Override
  public void run() {
    effort = 0;
    try {
      takeSteps();
      flush();
    } catch (RuntimeException | Error e) { // else nothing would ever be taken again
      log.error("A turn of pub/sub failed", e);
    }
    long done = 0; // nothing, as long as some of it has not reached everybody
    if (run.isEmpty()) {
      done = taken;
      taken = 0;
    }
    long still = (long) WAITING.getAndAdd(this, -done) - done;
    if (still <= MOST_WAITING / 2 && !heldUp.isEmpty()) {
      heldUp.forEach(LockSupport::unpark);
    }
    if (still != 0) { // there is more, or there is about to be
      lane.execute(this);
    }
  }

  private void takeSteps() {
    if (!deliverRun(next == null && steps.isEmpty())) {
      return; // what comes next must not come before it
    }
    long before = taken;
    while (taken - before < STEPS_PER_TURN) {
      Step step = next == null ? steps.poll() : next;
      if (step == null) {
        break;
      }
      next = step;
      if (!run.accepts(step) && !deliverRun(false)) {
        return;
      }
      next = null;
      take(step);
    }
    deliverRun(true);
  }

  private void take(Step step) {
    taken += step.cost();
    try {
      step.take(this);
    } catch (RuntimeException | Error e) { // what fails for one must not end it for all
      log.error("A step of pub/sub failed", e);
    }
  }

  void publish(Step.Publish step) {
    run.add(step);
  }

  /** Brings what was published so far to its subscribers; false if the turn is over before. */
  private boolean deliverRun(boolean isLast) {
    while (!run.isEmpty()) {
      try {
        if (!run.deliver(this, isLast)) {
          return false;
        }
        run.clear();
      } catch (RuntimeException | Error e) { // it goes on with the next
        log.error("Pub/sub failed for a subscriber", e);
      }
    }
    return true;
  }

  private void flush() {
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).endTurn();
    }
    touched.clear();
  }

  /** So much was done; see {@link #FLUSH_EFFORT}. */
  void spend(int more) {
    effort += more;
  }

  /** Whether the lane's other work should have its turn. */
  boolean isTurnOver() {
    return effort >= effortPerTurn;
  }

  /** Its connection has something to flush when the turn ends. */
  void touch(Outflow outflow) {
    if (outflow.touch()) {
      touched.add(outflow);
      effort += FLUSH_EFFORT;
    }
  }

  // ---- the lane: who lags behind ----

  void lags(Member member, boolean lags) {
    if (lags) {
      lagging.add(member);
    } else {
      lagging.remove(member);
    }
  }

  /** How many bytes wait for each member that lags behind. */
  long[] lags() {
    return lagging.stream().mapToLong(Member::waitingBytes).toArray();
  }

  /** Has everybody come down to so many bytes, by their policies. */
  void shed(long most) {
    for (Member member : List.copyOf(lagging)) {
      Link link = member.waitingBytes() > most ? member.get() : null;
      if (link != null) {
        link.hearing().shed(member, most);
      }
    }
  }
}
