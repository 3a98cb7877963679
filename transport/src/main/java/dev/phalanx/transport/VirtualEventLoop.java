package dev.phalanx.transport;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that is a virtual thread, beside the virtual threads of its connections' handlers:
 * it reads and decodes, yields to the handlers, writes what they have sent, and reads again. So a
 * message wakes no other thread (ADR 0016).
 *
 * <p>Two threads drive the loop, one at a time. <i>Home</i> is the virtual thread. The
 * <i>deputy</i> is a platform thread that exists as long as the loop, so that no thread must be
 * created when it is needed. The deputy drives the loop
 *
 * <ul>
 *   <li>while there is nothing to do, because a virtual thread that waits in {@code epoll_wait}
 *       would keep its carrier;
 *   <li>for a moment after home has been busy for {@link #LONGEST_STAY}: then it hands the loop
 *       back at once; and
 *   <li>while home gets no carrier, because handlers have all of them. The {@link
 *       BlockedLoopWatchdog} finds that out.
 * </ul>
 *
 * <p>While home yields, or is on its way back, the loop is at rest: no thread touches its state,
 * and {@code turn} is odd. A compare-and-set of {@code turn} decides which thread goes on.
 *
 * <p>The loop survives everything that its tasks and handlers throw, {@link OutOfMemoryError}
 * included: {@link #failed} allocates nothing. The watchdog reports the failure later.
 */
final class VirtualEventLoop extends SingleThreadIoEventLoop {
  /** The loop's tasks take so long at most, in nanoseconds, before I/O has its turn again. */
  private static final long LONGEST_TURN = 5_000_000;

  /**
   * So long, in nanoseconds, home goes from turn to turn before it leaves its carrier. A carrier
   * takes from its own queue first, and {@link Thread#yield} puts home there: the carrier would
   * never come to the virtual threads that other threads have started or unparked.
   */
  private static final long LONGEST_STAY = 10_000_000;

  private static final long SHUTDOWN_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private static final VarHandle TURN;
  private static final VarHandle OFFERED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TURN = lookup.findVarHandle(VirtualEventLoop.class, "turn", long.class);
      OFFERED = lookup.findVarHandle(VirtualEventLoop.class, "offered", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final BlockedLoopWatchdog watchdog;
  private final String name;
  private final Thread deputy;
  private final Runnable heartbeat = this::beat; // made once: needs no memory when memory is short

  private volatile @Nullable Thread home; // null before the loop has begun
  private volatile @Nullable Thread owner; // the thread that drives the loop
  private volatile long turn;
  private volatile long offered; // the rest in which home may take the loop; 0: none
  private volatile boolean homeWaits; // home has lost the loop to the deputy, and wants it back
  private volatile boolean ended;
  private volatile @Nullable Throwable failure; // not yet reported
  private volatile boolean outOfMemory; // an OutOfMemoryError, and no heartbeat since
  private volatile long beatAt = System.nanoTime(); // when the watchdog asked for a heartbeat
  private volatile boolean beatIsDue; // the watchdog has asked, and the loop has not answered
  private volatile @Nullable Runnable withBeat;
  private volatile long homeTurns; // written by home
  private long cameAt; // when home got the loop back from the deputy; home's
  private boolean idle; // home has left the loop to the deputy; the owner's
  private boolean pauses; // it has work, and comes back at once; the owner's

  VirtualEventLoop(
      IoEventLoopGroup group,
      Executor homes,
      IoHandlerFactory io,
      BlockedLoopWatchdog watchdog,
      String name) {
    super(group, homes, io);
    this.watchdog = watchdog;
    this.name = name;
    this.deputy =
        Thread.ofPlatform().name(name + "-io").daemon(true).unstarted(this::driveAsDeputy);
  }

  /**
   * A queue that no producer can stop. Netty's own has the producer take a place, and then fill it:
   * a {@link StackOverflowError} of a handler between the two leaves the place empty, and the loop
   * spins for ever, waiting for it. Here one compare-and-set does both.
   */
  @Override
  protected Queue<Runnable> newTaskQueue(int maxPendingTasks) {
    return new ConcurrentLinkedQueue<>();
  }

  // ---- any thread ----

  /** The name of the loop, and of its threads. */
  String name() {
    return name;
  }

  /** Starts the deputy: before the loop is used, so that a lack of threads is found at once. */
  void startDeputy() {
    deputy.start();
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return thread == owner;
  }

  /** The thread that drives the loop; null before the loop has begun. */
  @Nullable Thread owner() {
    return owner;
  }

  /** Odd while the loop is at rest, and another number each time. */
  long turn() {
    return turn;
  }

  /** How often home has had a carrier: as long as this grows, virtual threads get carriers. */
  long homeTurns() {
    return homeTurns;
  }

  /** What the loop has survived since this was asked last; null if nothing. */
  @Nullable Throwable takeFailure() {
    Throwable taken = failure;
    failure = null;
    return taken;
  }

  /** Whether an {@link OutOfMemoryError} has reached the loop, and no heartbeat came after it. */
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  /** Asks the loop for a heartbeat, unless the last one is still due. For the watchdog. */
  void askForHeartbeat() {
    if (!beatIsDue) {
      beatAt = System.nanoTime();
      beatIsDue = true;
      try {
        execute(heartbeat);
      } catch (Throwable e) { // no memory to queue it: the loop is asked again
        beatIsDue = false;
        throw e;
      }
    }
  }

  private void beat() {
    outOfMemory = false;
    beatIsDue = false;
    Runnable also = withBeat;
    if (also != null) {
      also.run();
    }
  }

  /** Has an action run on the loop with each heartbeat, about once a second. */
  void withEachBeat(Runnable action) {
    withBeat = action;
  }

  /** For how long a heartbeat has been due, in nanoseconds; 0 if none is. */
  long lateBy(long now) {
    return beatIsDue ? Math.max(0, now - beatAt) : 0;
  }

  /**
   * Gives the loop to the deputy, because home has got no carrier for too long. For the watchdog.
   *
   * @param rest the rest in which that was seen
   * @return false if home has taken the loop meanwhile
   */
  boolean goOnWithoutHome(long rest) {
    if (!TURN.compareAndSet(this, rest, rest + 1)) {
      return false;
    }
    owner = deputy;
    LockSupport.unpark(deputy);
    return true;
  }

  // ---- home ----

  @Override
  protected void run() {
    Thread self = Thread.currentThread();
    home = self;
    owner = self;
    cameAt = System.nanoTime();
    ioHandler().initialize();
    boolean over = false;
    while (!over) {
      boolean busy = readAndRunTasks();
      over = hasShutDown();
      if (!over && !(isShuttingDown() || stays(busy) ? yieldToHandlers() : leaveToDeputy(busy))) {
        awaitReturn();
      }
    }
    ended = true;
    LockSupport.unpark(deputy);
  }

  private boolean stays(boolean busy) {
    return busy && System.nanoTime() - cameAt < LONGEST_STAY;
  }

  /** The deputy never confirms a shutdown: the loop ends on the thread where it began. */
  private boolean hasShutDown() {
    try {
      return isShuttingDown() && confirmShutdown();
    } catch (Throwable t) {
      failed(t);
      return false;
    }
  }

  /**
   * Lets handlers run on home's carrier, then runs what they have left for the loop.
   *
   * @return false if the deputy has the loop by now
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // to yield is the point: the threads in the queue go first
  private boolean yieldToHandlers() {
    long rest = beginRest();
    try {
      Thread.yield();
    } catch (Throwable t) { // out of memory: home goes on without having yielded
      failed(t);
    }
    homeHasCarrier();
    if (!endRest(rest)) {
      return false;
    }
    runTasks();
    return true;
  }

  /**
   * Leaves the loop to the deputy until there is I/O.
   *
   * @param busy whether there is work: then home only goes once through the scheduler's queue
   * @return false if home lost the loop
   */
  private boolean leaveToDeputy(boolean busy) {
    pauses = busy;
    idle = true;
    owner = deputy;
    LockSupport.unpark(deputy);
    return awaitOffer();
  }

  /** Home runs again, but the deputy has the loop: asks for it until home has it. */
  private void awaitReturn() {
    do {
      homeWaits = true;
      wakeup(false);
    } while (!awaitOffer());
  }

  private void homeHasCarrier() {
    long turns = homeTurns + 1;
    homeTurns = turns;
  }

  private boolean awaitOffer() {
    long rest;
    while ((rest = (long) OFFERED.getAndSet(this, 0L)) == 0) {
      park();
    }
    homeHasCarrier();
    cameAt = System.nanoTime();
    return endRest(rest);
  }

  private void park() {
    try {
      LockSupport.park(this);
    } catch (Throwable t) { // out of memory: looks again
      failed(t);
    }
  }

  // ---- the deputy ----

  private void driveAsDeputy() {
    Thread self = Thread.currentThread();
    while (!ended) {
      if (owner != self) {
        park();
        continue;
      }
      if (idle) {
        if (!pauses) {
          read();
        }
      } else {
        readAndRunTasks();
        if (isShuttingDown()) {
          LockSupport.parkNanos(this, SHUTDOWN_PAUSE); // home must come to end the loop
        }
      }
      if (idle || homeWaits) {
        offerHome();
      }
    }
  }

  /** The loop is at rest until home comes; or the watchdog gives it back to the deputy. */
  private void offerHome() {
    idle = false;
    homeWaits = false;
    owner = home; // before the rest, in which only the watchdog may say whose the loop is
    offered = beginRest();
    try {
      LockSupport.unpark(home);
    } catch (Throwable t) {
      failed(t);
    }
  }

  // ---- the thread that has the loop ----

  /** A turn of the loop; whether there was anything to do. */
  private boolean readAndRunTasks() {
    boolean closes =
        isShuttingDown(); // looked at once: a shutdown that comes later has its own turn
    int handled = read();
    if (closes) {
      closeAll();
    }
    return runTasks() || handled > 0;
  }

  private int read() {
    try {
      return runIo(); // waits, if this is the deputy and there is nothing to do
    } catch (Throwable t) {
      failed(t);
      return 1;
    }
  }

  /** All connections end, while the handlers that learn of it still run. */
  private void closeAll() {
    try {
      ioHandler().prepareToDestroy();
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** Not Netty's {@code runAllTasks}: that logs what a task throws, on the loop's own stack. */
  private boolean runTasks() {
    try {
      int done = runDueTimers();
      long deadline = 0;
      Runnable task;
      while ((task = pollTask()) != null) {
        run(task);
        if ((++done & 0x3F) == 0) { // the clock is asked once for 64 tasks
          long now = System.nanoTime();
          if (deadline == 0) {
            deadline = now + LONGEST_TURN;
          } else if (now - deadline >= 0) {
            break;
          }
        }
      }
      return done > 0;
    } catch (Throwable t) {
      failed(t);
      return true;
    }
  }

  private int runDueTimers() {
    int done = 0;
    Runnable timer;
    while ((timer = pollScheduledTask()) != null) {
      run(timer);
      done++;
    }
    return done;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** Allocates nothing, and locks nothing. */
  private void failed(Throwable thrown) {
    failure = thrown;
    if (thrown instanceof OutOfMemoryError) {
      outOfMemory = true;
    }
  }

  /** Home never waits for I/O. The deputy doesn't either when home wants the loop. */
  @Override
  protected boolean hasTasks() {
    return owner == home || (homeWaits && !idle) || super.hasTasks() || isShuttingDown();
  }

  private long beginRest() {
    long mine = turn + 1;
    turn = mine;
    watchdog.lookOut(); // after it: either the watchdog sees the turn, or this sees that it sleeps
    return mine;
  }

  /** Whether the loop is still this thread's. */
  private boolean endRest(long mine) {
    return TURN.compareAndSet(this, mine, mine + 1);
  }
}
