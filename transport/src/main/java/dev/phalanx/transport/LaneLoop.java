package dev.phalanx.transport;

import dev.phalanx.transport.Carriage.Ready;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop that carries the virtual threads of its connections' handlers: it reads and
 * decodes, lets every handler that has something to do run until that waits, writes what they have
 * said, and reads again; all on one platform thread, its home, so that nobody is woken.
 *
 * <p>A handler can't be interrupted, but the loop can go on without it. While a handler runs, the
 * loop's own state is at rest, and {@link LaneWatch} may give the loop to another thread, a
 * stand-in. Home finds that out when the handler waits at last, and asks for the loop back. Who has
 * it is decided by a compare-and-set of {@code turn}, which is odd while a handler runs.
 */
final class LaneLoop extends SingleThreadIoEventLoop {
  /** So many handlers run before what they have said is written. */
  private static final int AT_ONCE = 32;

  /** Handlers take so long at most, in nanoseconds, before the loop reads again. */
  private static final long LONGEST_TURN = 5_000_000;

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final VarHandle TURN;

  static {
    try {
      TURN = MethodHandles.lookup().findVarHandle(LaneLoop.class, "turn", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ThreadFactory standIns;
  private final LaneWatch watch;
  private final ArrayDeque<Ready> own = new ArrayDeque<>(); // woken by the loop; its own
  private final Queue<Ready> others = new ConcurrentLinkedQueue<>(); // woken by other threads

  private volatile @Nullable Thread owner; // who drives the loop
  private volatile @Nullable Thread waitingHome; // has lost the loop, and could have it back
  private volatile boolean over;
  private volatile long turn;
  private volatile long heldSince; // set before the loop is taken over
  private @Nullable Ready running; // while turn is odd; then read by who takes the loop over

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

  /** A virtual thread can go on. Never rejects. */
  void ready(Ready ready) {
    if (Thread.currentThread() == owner) {
      own.add(ready);
      return;
    }
    others.add(ready);
    if (isShuttingDown()) { // after adding: either this sees it, or the loop's end sees the thread
      passOnOthers();
    } else {
      wakeup(false);
    }
  }

  private void passOnOthers() {
    Ready ready;
    while ((ready = others.poll()) != null) {
      ready.runElsewhere();
    }
  }

  /** Who drives the loop; null before it has begun. */
  @Nullable Thread driver() {
    return owner;
  }

  /** Odd while a handler runs, and another number for each. */
  long turn() {
    return turn;
  }

  /**
   * Takes the loop away from a thread that has run the same handler for too long, and gives it to a
   * stand-in. For the watch alone.
   *
   * @param seen the turn in which that handler was seen to run
   * @param since when that was, by {@link System#nanoTime}
   * @return whom the loop waited for; null if it waits no more
   */
  @Nullable Ready goOnWithout(long seen, long since) {
    heldSince = since;
    if (!TURN.compareAndSet(this, seen, seen + 1)) {
      return null;
    }
    Ready late = running;
    Thread standIn = standIns.newThread(this::standIn);
    owner = standIn;
    standIn.start();
    return late;
  }

  // ---- home ----

  @Override
  protected void run() {
    owner = Thread.currentThread();
    ioHandler().initialize();
    while (!drive()) {
      awaitReturn();
      if (over) {
        break;
      }
    }
    own.forEach(Ready::runElsewhere);
    own.clear();
    passOnOthers();
  }

  /** The handler that held it up has given way: waits until the stand-in is done. */
  private void awaitReturn() {
    Thread home = Thread.currentThread();
    waitingHome = home;
    wakeup(false);
    while (owner != home) {
      LockSupport.park(this);
    }
    waitingHome = null;
  }

  // ---- a stand-in ----

  private void standIn() {
    if (drive()) {
      over = true;
      giveBack(homeWhenFree());
    }
  }

  /** The loop has been shut down; it ends where it began. */
  private Thread homeWhenFree() {
    Thread home = waitingHome;
    while (home == null) { // the handler that it carries still runs, or has just given way
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(10));
      home = waitingHome;
    }
    return home;
  }

  private void giveBack(Thread home) {
    owner = home;
    LockSupport.unpark(home);
  }

  // ---- who has the loop ----

  /**
   * Drives the loop until it has been shut down.
   *
   * @return false if it is another thread's before that
   */
  private boolean drive() {
    do {
      runIo(); // waits, where there is nothing to do
      if (isShuttingDown()) {
        ioHandler().prepareToDestroy();
      }
      runAllTasks(LONGEST_TURN);
      if (!carryThoseReady()) {
        return false;
      }
      Thread home = waitingHome;
      if (home != null) {
        giveBack(home);
        return false;
      }
    } while (!confirmShutdown());
    return true;
  }

  /** What keeps the loop from waiting. */
  @Override
  protected boolean hasTasks() {
    return super.hasTasks() || !own.isEmpty() || !others.isEmpty() || waitingHome != null;
  }

  /**
   * Lets those run who can go on now, and writes what they have said; who can go on again meanwhile
   * waits for the next turn, and so do those for whom there is no time.
   *
   * @return false if the loop is another thread's by now
   */
  private boolean carryThoseReady() {
    int left = own.size();
    if (left == 0 && others.isEmpty()) {
      return true;
    }
    long begun = left > AT_ONCE ? System.nanoTime() : 0;
    boolean more = true;
    while (more) {
      int count = Math.min(left, AT_ONCE);
      left -= count;
      if (!carry(own, count) || !carry(others, AT_ONCE)) {
        return false;
      }
      runAllTasks(LONGEST_TURN);
      more = left > 0 && System.nanoTime() - begun < LONGEST_TURN;
    }
    return true;
  }

  /** Carries so many at most; false if the loop is another thread's by now. */
  private boolean carry(Queue<Ready> queue, int most) {
    for (int i = 0; i < most; i++) {
      Ready ready = queue.poll();
      if (ready == null) {
        break;
      }
      if (isShuttingDown() || ready.carriage().isMovedOff()) {
        ready.runElsewhere();
      } else if (!carryNow(ready)) {
        return false;
      }
    }
    return true;
  }

  private boolean carryNow(Ready ready) {
    long mine = turn + 1;
    running = ready;
    turn = mine;
    watch.lookOut(); // after it: either the watch sees the turn, or this sees that it sleeps
    try {
      ready.continuation().run();
    } catch (Throwable e) { // the JDK's own failure: a handler's ends in its thread
      log.error("A virtual thread could not go on", e);
    }
    if (TURN.compareAndSet(this, mine, mine + 1)) {
      return true;
    }
    ready.carriage().gaveWay(System.nanoTime() - heldSince);
    return false;
  }
}
