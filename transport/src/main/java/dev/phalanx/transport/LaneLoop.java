package dev.phalanx.transport;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that takes turns with its connections' handlers on one thread, its home: it reads
 * and decodes, lets every handler that has something to do run until that waits, writes what they
 * have said, and reads again. So nobody is woken.
 *
 * <p>A handler can't be interrupted, but the loop can go on without it. While handlers run, the
 * loop's own state is at rest, and {@link LaneWatch} may give the loop to another thread, a
 * stand-in. Home finds that out when it is its turn again, and asks for the loop back. Who has it
 * is decided by a compare-and-set of {@code turn}, which is odd while handlers run.
 */
abstract class LaneLoop extends SingleThreadIoEventLoop {
  /** The loop's own tasks, and handlers, take so long at most, in nanoseconds, at a time. */
  static final long LONGEST_TURN = 5_000_000;

  private static final VarHandle TURN;
  private static final VarHandle HANDED_OVER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TURN = lookup.findVarHandle(LaneLoop.class, "turn", long.class);
      HANDED_OVER = lookup.findVarHandle(LaneLoop.class, "handedOver", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ThreadFactory standIns;
  private final LaneWatch watch;

  private volatile @Nullable Thread owner; // who drives the loop
  private volatile @Nullable Thread waitingHome; // has lost the loop, runs, and asks for it back
  private volatile long handedOver; // the turn in which home is given the loop; 0: it isn't
  private volatile boolean over;
  private volatile long turn;
  private volatile long heldSince; // set before the loop is taken over

  LaneLoop(
      IoEventLoopGroup group,
      Executor homes,
      IoHandlerFactory io,
      ThreadFactory standIns,
      LaneWatch watch) {
    super(group, homes, io);
    this.standIns = standIns;
    this.watch = watch;
  }

  // ---- any thread ----

  @Override
  public boolean inEventLoop(Thread thread) {
    return thread == owner;
  }

  /** Who drives the loop; null before it has begun. */
  final @Nullable Thread driver() {
    return owner;
  }

  /** Odd while handlers run, and another number each time. */
  final long turn() {
    return turn;
  }

  /**
   * Takes the loop away from home, which has been at the same turn of a handler for too long, and
   * gives it to a stand-in. For the watch alone.
   *
   * @param seen the turn in which that was seen
   * @param since when it was first seen, by {@link System#nanoTime}
   * @return false if home has its turn again
   */
  final boolean goOnWithout(long seen, long since) {
    heldSince = since;
    if (!TURN.compareAndSet(this, seen, seen + 1)) {
      return false;
    }
    Thread standIn = standIns.newThread(this::standIn);
    owner = standIn;
    standIn.start();
    return true;
  }

  /** Whose fault it is that the loop was taken away from home; null if nobody's in particular. */
  abstract @Nullable Carriage heldUpBy();

  /** Whether handlers compute on the loop's own platform thread, whose CPU time says so. */
  abstract boolean isSeenByCpuTime();

  final LaneWatch watch() {
    return watch;
  }

  // ---- home ----

  @Override
  protected void run() {
    owner = Thread.currentThread();
    ioHandler().initialize();
    begins();
    while (!drive()) {
      awaitReturn();
      if (over) {
        break;
      }
    }
    ends();
  }

  /** Before its first turn. */
  abstract void begins();

  /** After its last. */
  abstract void ends();

  /** Home has its turn again, but not the loop: waits until it has. */
  private void awaitReturn() {
    do {
      waitingHome = Thread.currentThread();
      wakeup(false);
    } while (!awaitGiven());
  }

  /**
   * Waits until home is given the loop.
   *
   * @return false if a stand-in has it by now: home took too long to come
   */
  final boolean awaitGiven() {
    long given;
    while ((given = (long) HANDED_OVER.getAndSet(this, 0L)) == 0) {
      LockSupport.park(this);
    }
    return endRest(given);
  }

  // ---- a stand-in ----

  private void standIn() {
    if (drive()) {
      over = true;
      giveHome(homeWhenFree());
    }
  }

  /** The loop has been shut down; it ends where it began. */
  private Thread homeWhenFree() {
    Thread home = waitingHome;
    while (home == null) { // the handler that holds it up still runs, or has just given way
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(10));
      home = waitingHome;
    }
    return home;
  }

  // ---- who has the loop ----

  /** Gives the loop to a platform thread, which has it at once. */
  final void give(Thread to) {
    owner = to;
    LockSupport.unpark(to);
  }

  /**
   * Gives the loop to home. That may be a virtual thread, and handlers have all the carriers: so
   * the loop is at rest until home has come, and may go to a stand-in instead.
   */
  void giveHome(Thread home) {
    waitingHome = null;
    owner = home; // before the rest, in which only the watch says whose the loop is
    handedOver = beginRest();
    LockSupport.unpark(home);
  }

  /**
   * Drives the loop until it has been shut down. Nothing here but that: a method that doesn't
   * return may stay in the interpreter.
   *
   * @return false if it is another thread's before that
   */
  private boolean drive() {
    Drive state;
    do {
      state = once();
    } while (state == Drive.ON);
    return state == Drive.OVER;
  }

  private enum Drive {
    ON,
    ANOTHERS,
    OVER
  }

  private Drive once() {
    int handled = runIo(); // waits, where there is nothing to do
    boolean closes = isShuttingDown();
    if (closes) {
      ioHandler().prepareToDestroy(); // all connections end, while what hears of it still runs
    }
    boolean some = runAllTasks(LONGEST_TURN) || handled > 0;
    if (!letHandlersRun(some)) {
      return Drive.ANOTHERS;
    }
    Thread home = waitingHome;
    if (home != null) {
      giveHome(home);
      return Drive.ANOTHERS;
    }
    return closes && confirmShutdown() ? Drive.OVER : Drive.ON; // not if that came after the look
  }

  /**
   * Lets handlers run, and writes what they have said.
   *
   * @param some whether the loop itself had something to do
   * @return false if the loop is another thread's by now
   */
  abstract boolean letHandlersRun(boolean some);

  /** What keeps the loop from waiting. */
  @Override
  protected boolean hasTasks() {
    return super.hasTasks() || waitingHome != null || isShuttingDown();
  }

  /** From now on the loop is at rest. */
  final long beginRest() {
    long mine = turn + 1;
    turn = mine;
    watch.lookOut(); // after it: either the watch sees the turn, or this sees that it sleeps
    return mine;
  }

  /** Whether the loop is still this thread's. */
  final boolean endRest(long mine) {
    return TURN.compareAndSet(this, mine, mine + 1);
  }

  /** For how long handlers have held the loop up, in nanoseconds, once it was taken away. */
  final long heldFor() {
    return System.nanoTime() - heldSince;
  }
}
