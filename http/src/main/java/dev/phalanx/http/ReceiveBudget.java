package dev.phalanx.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bound on the memory that all peers of a server can fill with what they send: request bodies,
 * unfinished messages, and messages that wait for their handler. The first {@link #ALLOWANCE} bytes
 * of each connection are not counted, so connections with small messages never meet this class.
 *
 * <p>Beyond the bound, a connection that needs more memory stops reading ({@link Account#hold}
 * returns false), and a virtual thread makes room: it has all accounts measured again, then closes
 * the largest unfinished messages and bodies ({@link Holder#evict}) until 1/16 of the bound is
 * free. Connections that stopped go on as soon as the total is within the bound. If peers send
 * faster than that thread makes room, and unfinished messages and bodies alone come to 9/8 of the
 * bound, the next one that grows is closed at once. Whole messages that wait for a handler are
 * never dropped: with them the bound can be exceeded by one read for each connection.
 *
 * <p>Any thread, without locks.
 */
public final class ReceiveBudget {
  /** Bytes of each connection that are not counted. */
  public static final int ALLOWANCE = 4 << 10;

  private static final long NO_LIMIT = Long.MAX_VALUE;
  private static final ReceiveBudget UNLIMITED = new ReceiveBudget(NO_LIMIT);

  /** How long the accounts of an event loop are waited for. */
  private static final long LOOP_MILLIS = 1_000;

  /**
   * Handlers free memory without telling: while a connection waits, accounts are measured again.
   */
  private static final long AGAIN_MILLIS = 20;

  // what relief does: it looks after each request, and never ends while a connection waits
  private static final int IDLE = 0;
  private static final int LOOKING = 1;
  private static final int ASKED = 2;
  private static final int FAILED = 3; // there was no memory for its thread; somebody may wait

  private static final Logger log = LoggerFactory.getLogger(ReceiveBudget.class);

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong heldPartially = new AtomicLong(); // of which unfinished
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Account> accounts = new ConcurrentSkipListMap<>();
  private final AtomicInteger relief = new AtomicInteger();
  private final AtomicLong evictions = new AtomicLong();

  private ReceiveBudget(long limit) {
    this.limit = limit;
  }

  /**
   * A budget of so many bytes.
   *
   * @throws IllegalArgumentException if it is less than 64 KiB
   */
  public static ReceiveBudget of(long bytes) {
    if (bytes < 64 << 10) {
      throw new IllegalArgumentException("receiveBudget must be at least 65536, not " + bytes);
    }
    return new ReceiveBudget(bytes);
  }

  /** A budget that is never exceeded. */
  public static ReceiveBudget unlimited() {
    return UNLIMITED;
  }

  /** The default size of a server's budget: a quarter of the largest heap that the JVM may use. */
  public static long defaultBytes() {
    return Math.max(64 << 10, Runtime.getRuntime().maxMemory() / 4);
  }

  /** The bound in bytes; {@link Long#MAX_VALUE} if there is none. */
  public long limit() {
    return limit;
  }

  /** How many bytes are counted now: never too few, and too many for a moment. */
  public long held() {
    return held.get();
  }

  /** Whether so many bytes more would stay within the bound. */
  public boolean hasRoomFor(long bytes) {
    return bytes <= ALLOWANCE || held.get() <= limit - (bytes - ALLOWANCE);
  }

  /** How many unfinished messages and bodies were closed to make room. */
  public long evictions() {
    return evictions.get();
  }

  /** A connection that holds received bytes. Each method is called on the account's lane. */
  public interface Holder {
    /** Tells the account what is held now, by {@link Account#hold}. */
    void measure();

    /**
     * Closes the unfinished message or body, frees its memory, and tells the account. Does nothing
     * if there is none any more.
     */
    void evict();

    /** Reads again, after {@link Account#hold} returned false. */
    void resume();
  }

  /**
   * Opens the account of a connection that holds more than {@link #ALLOWANCE}.
   *
   * @param lane on which the holder is called
   */
  public Account open(Lane lane, Holder holder) {
    Account account = new Account(numbers.incrementAndGet(), lane, holder);
    if (limit != NO_LIMIT) {
      accounts.put(account.number, account);
    }
    return account;
  }

  /** What one connection holds. For its lane only. */
  public final class Account implements AutoCloseable {
    private final long number;
    private final Lane lane;
    private final Holder holder;
    private volatile long unfinished; // bytes that evict() would free
    private volatile boolean waiting; // its connection has stopped reading
    private long charged;
    private long chargedPartially;
    private boolean closed;

    private Account(long number, Lane lane, Holder holder) {
      this.number = number;
      this.lane = lane;
      this.holder = holder;
    }

    /**
     * States what the connection holds now. May call {@link Holder#evict} before it returns false.
     *
     * @param whole bytes of whole messages that wait for their handler
     * @param partial bytes of an unfinished message or body
     * @return whether the connection may go on reading; if not, {@link Holder#resume} follows
     */
    public boolean hold(long whole, long partial) {
      if (closed) {
        return true;
      }
      unfinished = partial;
      long now = Math.max(0, whole + partial - ALLOWANCE);
      long nowPartially = Math.min(now, partial);
      long total = held.addAndGet(now - charged);
      long totalPartially = heldPartially.addAndGet(nowPartially - chargedPartially);
      charged = now;
      chargedPartially = nowPartially;
      if (now == 0 || total <= limit) {
        if (relief.get() == FAILED) {
          relieveOthers();
        }
        return true;
      }
      waiting = true; // before it asks for relief, so that relief finds it
      relieve();
      if (partial > ALLOWANCE && totalPartially - limit > limit / 8) {
        evictions.incrementAndGet();
        holder.evict();
      }
      return false;
    }

    /** Not before its lane has come to it: a call that never gets there is made again. */
    private void resume() {
      if (waiting) { // else an earlier call has come late
        waiting = false; // first: it may have to wait again at once
        holder.resume();
      }
    }

    /** Nothing is held any more. Idempotent. */
    @Override
    public void close() {
      if (!closed) {
        hold(0, 0);
        closed = true;
        waiting = false;
        accounts.remove(number);
      }
    }
  }

  // ---- making room ----

  private void relieve() {
    if (relief.get() == ASKED) {
      return;
    }
    int before = relief.getAndSet(ASKED);
    if (before == IDLE || before == FAILED) {
      try {
        Thread.ofVirtual().name("receive-budget").start(this::makeRoom);
      } catch (Throwable e) { // no memory for a thread: the next account that changes tries again
        relief.set(FAILED);
        throw e;
      }
    }
  }

  private void relieveOthers() {
    try {
      relieve();
    } catch (Throwable ignored) { // not this connection's concern
      Thread.onSpinWait();
    }
  }

  private void makeRoom() {
    do {
      relief.set(LOOKING);
      while (stillWaits()) {
        pause();
      }
    } while (!relief.compareAndSet(LOOKING, IDLE));
  }

  /** Makes room; whatever is thrown: nobody else would wake the connections that wait. */
  private boolean stillWaits() {
    try {
      return makeRoomOnce();
    } catch (Throwable t) { // out of memory, say
      return true;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN_MILLIS);
    } catch (Throwable ignored) { // nobody interrupts; a sleep, too, needs some memory
      Thread.onSpinWait();
    }
  }

  /** Returns whether a connection still waits. */
  private boolean makeRoomOnce() throws InterruptedException {
    if (held.get() > limit) {
      onLanes(accounts.values(), account -> account.holder.measure());
    }
    if (held.get() > limit) {
      evictLargest(held.get() - (limit - limit / 16));
    }
    List<Account> stopped = accounts.values().stream().filter(account -> account.waiting).toList();
    if (held.get() > limit) {
      return !stopped.isEmpty();
    }
    onLanes(stopped, Account::resume);
    return anyWaits();
  }

  private void evictLargest(long excess) throws InterruptedException {
    record Unfinished(Account account, long bytes) {}
    List<Unfinished> largest =
        accounts.values().stream()
            .map(account -> new Unfinished(account, account.unfinished))
            .filter(unfinished -> unfinished.bytes > ALLOWANCE)
            .sorted(Comparator.comparingLong(Unfinished::bytes).reversed())
            .toList();
    List<Account> chosen = new ArrayList<>();
    long freed = 0;
    for (Unfinished next : largest) {
      if (freed >= excess) {
        break;
      }
      chosen.add(next.account);
      freed += next.bytes;
    }
    if (!chosen.isEmpty()) {
      evictions.addAndGet(chosen.size());
      log.debug("receiveBudget ({} bytes) is used up: closing {} peers", limit, chosen.size());
      onLanes(chosen, account -> account.holder.evict());
    }
  }

  private boolean anyWaits() {
    return accounts.values().stream().anyMatch(account -> account.waiting);
  }

  /** Calls each account's holder on its lane, and waits until that is done, or for a second. */
  private static void onLanes(Iterable<Account> some, Consumer<Account> action)
      throws InterruptedException {
    List<Account> all = new ArrayList<>();
    some.forEach(all::add);
    CountDownLatch done = new CountDownLatch(all.size());
    for (Account account : all) {
      account.lane.execute(() -> {
        try {
          if (!account.closed) {
            action.accept(account);
          }
        } finally {
          done.countDown();
        }
      });
    }
    boolean inTime = done.await(LOOP_MILLIS, TimeUnit.MILLISECONDS);
    if (!inTime) {
      log.debug("{} connections were not looked at in time", done.getCount());
    }
  }
}
