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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway's part on one lane. Whoever subscribes, unsubscribes or publishes leaves it a {@link
 * Step}, from any thread; the lane takes them in that order, many in a turn, and then flushes each
 * connection once.
 *
 * <p>A thread may publish to a connection and then send to it, or close it. So while steps wait,
 * that goes through here, too ({@link Step.Behind}): the order of steps is the only order there is.
 */
final class Branch implements Runnable {
  /** So many steps and KiB in a turn; then the lane's other work has its turn. */
  private static final int COST_PER_TURN = 512;

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
  private final Roster everyone = new Roster("", this, null);
  private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
  private final Queue<Thread> heldUp = new ConcurrentLinkedQueue<>(); // publishers
  private volatile long waiting; // the cost of what was given and is not done

  // the lane's
  private final List<Outflow> touched = new ArrayList<>(); // to be flushed at the end of the turn
  private final Run run = new Run();
  private final Set<Member> lagging = new LinkedHashSet<>(); // for whom something waits

  Branch(WsGateway gateway, Lane lane) {
    this.gateway = gateway;
    this.lane = lane;
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
    long done = 0;
    Step step;
    while (done < COST_PER_TURN && (step = steps.poll()) != null) {
      done += step.cost();
      try {
        step.take(this);
      } catch (RuntimeException | Error e) { // what fails for one must not end it for all
        log.error("A step of pub/sub failed", e);
      }
    }
    try {
      endTurn();
    } catch (RuntimeException | Error e) { // else nothing would ever be taken again
      log.error("A turn of pub/sub failed", e);
    }
    long still = (long) WAITING.getAndAdd(this, -done) - done;
    if (still <= MOST_WAITING / 2 && !heldUp.isEmpty()) {
      heldUp.forEach(LockSupport::unpark);
    }
    if (still != 0) { // there is more, or there is about to be
      lane.execute(this);
    }
  }

  void publish(Step.Publish step) {
    if (!run.accepts(step)) {
      deliverRun();
    }
    run.add(step);
  }

  /** Whatever comes next must not come before what was published so far. */
  void deliverRun() {
    deliverRun(false);
  }

  private void endTurn() {
    deliverRun(true);
    for (int i = 0; i < touched.size(); i++) {
      touched.get(i).endTurn();
    }
    touched.clear();
  }

  private void deliverRun(boolean isLast) {
    if (!run.isEmpty()) {
      try {
        run.deliver(this, isLast);
      } finally {
        run.clear();
      }
    }
  }

  /** Its connection has something to flush when the turn ends. */
  void touch(Outflow outflow) {
    if (outflow.touch()) {
      touched.add(outflow);
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
        link.shed(member, most);
      }
    }
  }
}
