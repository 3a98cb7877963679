package dev.phalanx.hermes;

import dev.phalanx.http.BackgroundLogger;
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
import org.slf4j.event.Level;

/**
 * A gateway's part on one lane. Whoever subscribes, unsubscribes or publishes leaves it a {@link
 * Step}, from any thread; the lane takes them in that order, many in a turn, and then flushes each
 * connection once. What was published to very many takes several turns; the steps behind it wait.
 *
 * <p>A thread may publish to a connection and then send to it, or close it. So while steps wait,
 * that goes through here, too ({@link Step.Behind}): the order of steps is the only order there is.
 *
 * <p>An Error may strike a thread anywhere, in the middle of a {@code publish} for instance (a
 * StackOverflowError in a handler that recurses without end). Therefore a step is left by one
 * compare-and-set, and nothing is counted beside it: the last step that was left says how much was
 * given in all, the lane says how much of that is done. And a run of the lane is noted as asked for
 * only after it has been: a thread that fails to ask leaves that to the next one.
 */
final class Branch implements Runnable {
  private static final BackgroundLogger log = BackgroundLogger.of(WsGateway.class.getName());

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

  /** Classes that lanes need: whoever makes the first branch loads them, and no lane waits. */
  private static final List<Class<?>> NEEDED =
      List.of(
          Run.class,
          Hearing.class,
          Backlog.class,
          Lag.class,
          Waiting.class,
          LatestByKey.class,
          GapWords.class,
          Shedding.class,
          BackgroundLogger.class,
          BackgroundTask.class,
          Step.Behind.class,
          Step.Gone.class);

  private static final VarHandle NEWEST;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NEWEST = lookup.findVarHandle(Branch.class, "newest", Given.class);
      for (Class<?> needed : NEEDED) {
        lookup.ensureInitialized(needed);
      }
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A step that was given. The given ones are a stack, which the lane turns round. */
  private static final class Given {
    @Nullable Step step; // null once it is taken
    @Nullable Given link; // the one before; for the lane, the one after
    long total; // the cost of this step and of all before it

    Given(@Nullable Step step) {
      this.step = step;
    }
  }

  private final WsGateway gateway;
  private final Lane lane;
  private final int effortPerTurn;
  private final Roster everyone = new Roster(this, null);
  private final Queue<Thread> heldUp = new ConcurrentLinkedQueue<>(); // publishers
  private volatile Given newest = new Given(null);
  private volatile long turn; // odd while the lane is here; only the lane changes it
  private volatile long asked = -1; // the turn in which the next run was asked for
  private volatile long done; // the cost of all that is done; only the lane changes it

  // the lane's
  private final List<Outflow> touched = new ArrayList<>(); // to be flushed at the end of the turn
  private final Run run = new Run();
  private final Set<Member> lagging = new LinkedHashSet<>(); // for whom something waits
  private Given fetched = newest; // this one, and what was given before it
  private @Nullable Given next; // of what was fetched; null if all was taken
  private long taken; // the total of the last step that was taken
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
    push(step);
    wake();
  }

  /** Leaves a step, or fails and has left nothing. {@link #wake} must follow. */
  void push(Step step) {
    int cost = step.cost();
    Given given = new Given(step);
    Given before;
    do {
      before = newest;
      given.link = before;
      given.total = before.total + cost;
    } while (!NEWEST.compareAndSet(this, before, given));
  }

  /**
   * Has the lane take what was left, unless it is about to. If that fails, what was left is taken
   * when the next one succeeds.
   */
  void wake() {
    long seen = turn;
    if ((seen & 1) == 0 && asked != seen && isBusy()) {
      lane.execute(this);
      asked = seen; // afterwards: who fails has not asked. To ask twice does no harm
    }
  }

  /** Whether something that the calling thread has given may be still to be done. */
  boolean isBusy() {
    return newest.total != done;
  }

  private boolean isFull() {
    return newest.total - done > MOST_WAITING;
  }

  /**
   * Holds a thread up that publishes, subscribes or unsubscribes quicker than the lane, so that not
   * everything piles up here. It waits for our lane, never for a peer, by the machine's own clock;
   * and not where that can't help.
   */
  void awaitRoom() {
    if (isFull() && !lane.isCurrent()) {
      wake(); // in case that whoever left the last step failed to
      Thread publisher = Thread.currentThread();
      long deadline = System.nanoTime() + LONGEST_WAIT;
      try {
        long left = LONGEST_WAIT;
        while (left > 0 && !publisher.isInterrupted()) {
          heldUp.add(publisher); // anew: the lane takes out whom it wakes
          if (!isFull()) {
            break;
          }
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
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the lane changes it
  public void run() {
    do {
      turn++;
      takeTurn();
      turn++;
    } while (isBusy() && !askAgain()); // if it can't be asked, it goes on at once
  }

  /** There is more to do, or there is about to be. */
  private boolean askAgain() {
    try {
      lane.execute(this);
      asked = turn;
      return true;
    } catch (RuntimeException | Error e) {
      log.log(Level.ERROR, "Pub/sub could not ask for another turn", e);
      return false;
    }
  }

  private void takeTurn() {
    effort = 0;
    try {
      takeSteps();
    } catch (RuntimeException | Error e) { // else nothing would ever be taken again
      log.log(Level.ERROR, "A turn of pub/sub failed", e);
    }
    flush();
    if (run.isEmpty()) { // else some of it has not reached everybody
      done = taken;
    }
    if (newest.total - done <= MOST_WAITING / 2) {
      letGo();
    }
  }

  private void letGo() {
    Thread publisher;
    while ((publisher = heldUp.poll()) != null) {
      LockSupport.unpark(publisher);
    }
  }

  private void takeSteps() {
    if (!deliverRun(peek() == null)) {
      return; // what comes next must not come before it
    }
    long before = taken;
    while (taken - before < STEPS_PER_TURN) {
      Given given = peek();
      Step step = given == null ? null : given.step;
      if (given == null || step == null) {
        break;
      }
      if (!run.accepts(step) && !deliverRun(false)) {
        return;
      }
      next = given.link;
      taken = given.total;
      given.step = null;
      take(step);
    }
    deliverRun(true);
  }

  /** What is to be taken next; null if nothing is. */
  private @Nullable Given peek() {
    if (next == null) {
      Given last = newest;
      Given given = last;
      Given after = null;
      while (given != null && given != fetched) {
        Given before = given.link;
        given.link = after;
        after = given;
        given = before;
      }
      fetched = last;
      next = after;
    }
    return next;
  }

  private void take(Step step) {
    try {
      step.take(this);
    } catch (RuntimeException | Error e) { // what fails for one must not end it for all
      log.log(Level.ERROR, "A step of pub/sub failed", e);
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
        log.log(Level.ERROR, "Pub/sub failed for a subscriber", e);
      }
    }
    return true;
  }

  private void flush() {
    for (int i = 0; i < touched.size(); i++) {
      try {
        touched.get(i).endTurn();
      } catch (RuntimeException | Error e) {
        log.log(Level.ERROR, "Pub/sub could not flush a connection", e);
      }
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
    if (!outflow.isTouched()) {
      touched.add(outflow);
      outflow.touch();
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
