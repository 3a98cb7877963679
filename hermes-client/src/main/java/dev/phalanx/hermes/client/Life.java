package dev.phalanx.hermes.client;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection from leg to leg: its virtual thread waits for a leg's end, and then has it
 * dialled again, or ends it. Any thread; what changes together is guarded by the monitor, which is
 * never held while anything waits or user code runs.
 */
final class Life {
  private static final Logger log = LoggerFactory.getLogger(WsClientConnection.class);
  private static final Unsent NOTHING = new Unsent(List.of(), List.of());

  private final Opening opening;
  private final WsClientConfig config;
  private final @Nullable ReconnectPolicy policy;
  private final OwnedScope scope;
  private final TimeSource time;
  private final Runnable whenOver;
  private final Telling telling;
  private final Inbox inbox = new Inbox();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Queue<Thread> blocked = new ConcurrentLinkedQueue<>(); // senders without room
  private final Backlog backlog; // guarded by this

  private volatile Leg leg;
  private volatile WsClientState state = WsClientState.OPEN;
  private volatile WsMessage.@Nullable Close closing; // what the user has closed it with
  private volatile @Nullable WsClosed closed;
  private volatile Unsent unsent = NOTHING;
  private volatile @Nullable Consumer<WsMessage.Pong> pongObserver;
  private volatile @Nullable Thread thread;

  Life(Opening opening, WsClientConfig config, OwnedScope scope, Leg first, Runnable whenOver) {
    this.opening = opening;
    this.config = config;
    this.policy = config.reconnect();
    this.scope = scope;
    this.telling = Telling.of(config);
    this.time = scope.time();
    this.leg = first;
    this.whenOver = whenOver;
    this.backlog = new Backlog(policy == null ? SendBuffer.defaults() : policy.buffer());
  }

  void begin() {
    inbox.add(leg);
    telling.state(WsClientState.OPEN);
    Thread own =
        Thread.ofVirtual().name("ws-client " + leg.connection().id()).unstarted(this::live);
    thread = own;
    own.start();
  }

  Leg leg() {
    return leg;
  }

  WsClientState state() {
    return state;
  }

  @Nullable WsClosed closed() {
    return closed;
  }

  Unsent unsent() {
    return unsent;
  }

  Inbox inbox() {
    return inbox;
  }

  void onPong(Consumer<WsMessage.Pong> observer) {
    pongObserver = observer;
    leg.connection().onPong(observer);
  }

  // ---- sending ----

  boolean send(WsMessage message) {
    long deadline = time.nanoTime() + config.ws().sendTimeout().toNanos();
    while (closing == null && state != WsClientState.CLOSED) {
      Leg now = leg;
      if (state == WsClientState.OPEN && now.connection().send(message)) {
        return true;
      }
      Boolean kept = keep(message, now);
      if (kept != null) {
        return kept;
      }
      if (!awaitRoom(deadline)) {
        return false;
      }
    }
    return false;
  }

  /** Keeps a message for the next leg; null if it may be worth trying again. */
  private @Nullable Boolean keep(WsMessage message, Leg tried) {
    List<WsMessage> dropped = new ArrayList<>(0);
    Boolean kept;
    synchronized (this) {
      kept = keepLocked(message, tried, dropped);
    }
    dropped.forEach(each -> telling.dropped(each, WsClientListener.Drop.OLDEST));
    return kept;
  }

  private @Nullable Boolean keepLocked(WsMessage message, Leg tried, List<WsMessage> dropped) {
    if (policy == null || closing != null || state == WsClientState.CLOSED) {
      return false;
    }
    if (state == WsClientState.OPEN && (!leg.equals(tried) || tried.connection().isOpen())) {
      return null; // it has been opened again meanwhile
    }
    WsClosed how = tried.connection().closed();
    boolean data = message.isText() || message.isBinary();
    if (!data || (state == WsClientState.OPEN && how != null && !policy.retries(how))) {
      return false;
    }
    if (backlog.offer(message, dropped)) {
      return true;
    }
    return policy.buffer().whenFull() == SendBuffer.WhenFull.BLOCK ? null : false;
  }

  /** Waits on behalf of a sender until it may be worth trying again; false if time is over. */
  private boolean awaitRoom(long deadline) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while waiting to send");
    }
    if (time.nanoTime() - deadline >= 0) {
      return false;
    }
    blocked.add(Thread.currentThread());
    try {
      if (!isWorthTrying()) { // asked now that a wake-up will find this thread
        time.parkUntil(deadline);
      }
      return true;
    } finally {
      blocked.remove(Thread.currentThread());
    }
  }

  private boolean isWorthTrying() {
    return closing != null
        || state == WsClientState.CLOSED
        || (state == WsClientState.OPEN && leg.connection().isOpen());
  }

  private void wakeSenders() {
    blocked.forEach(LockSupport::unpark);
  }

  // ---- closing ----

  boolean close(WsMessage.Close with) {
    if (!with.code().isSendable()) {
      throw new IllegalArgumentException("close code " + with.code() + " must not be sent");
    }
    boolean first;
    synchronized (this) {
      if (closing != null || state == WsClientState.CLOSED) {
        return false;
      }
      closing = with;
      first =
          state == WsClientState.RECONNECTING || leg.connection().close(with.code(), with.reason());
      if (state == WsClientState.RECONNECTING && thread != null) {
        thread.interrupt();
      }
    }
    wakeSenders();
    return first;
  }

  void awaitOver(Duration limit) {
    try {
      over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- its thread ----

  private void live() {
    Leg last = leg;
    try {
      for (Leg next = last; next != null; next = nextAfter(last)) {
        last = next;
        liveOn(next);
      }
    } finally {
      finish(last);
    }
  }

  private void liveOn(Leg one) {
    Duration limit = config.idleTimeout();
    IdleLimit idle = limit == null ? null : IdleLimit.watch(one.session(), limit, time);
    Leg.await(one.gone());
    if (idle != null) {
      idle.stop();
    }
  }

  private @Nullable Leg nextAfter(Leg lost) {
    WsClosed how = lost.closed();
    if (policy == null || !policy.retries(how) || !beginsToReconnect(lost)) {
      return null;
    }
    log.debug("{}: lost with {} {}; dialled again", opening.target(), how.code(), how.reason());
    lost.session()
        .unsent()
        .inDoubt()
        .forEach(each -> telling.dropped(each, WsClientListener.Drop.IN_DOUBT));
    telling.state(WsClientState.RECONNECTING);
    try {
      inbox.awaitRoom();
      Leg next = new Redial(opening, policy, time).run(ReconnectPolicy.hintIn(how));
      return next == null ? null : adopt(next);
    } catch (InterruptedException e) {
      return null; // closed meanwhile
    }
  }

  private synchronized boolean beginsToReconnect(Leg lost) {
    if (closing != null) {
      return false;
    }
    backlog.putBack(lost.session().unsent().waiting());
    state = WsClientState.RECONNECTING;
    return true;
  }

  /** The next leg is there: what waited goes out first, then it is everybody's. */
  private Leg adopt(Leg next) {
    Consumer<WsMessage.Pong> observer = pongObserver;
    if (observer != null) {
      next.connection().onPong(observer);
    }
    inbox.add(next);
    while (!isOpened(next)) {
      WsMessage oldest;
      synchronized (this) {
        oldest = backlog.poll();
      }
      if (oldest != null && !next.connection().send(oldest)) {
        synchronized (this) {
          backlog.putBack(List.of(oldest)); // lost again: its end is seen soon
          leg = next;
          state = WsClientState.OPEN;
        }
        break;
      }
      wakeSenders();
    }
    wakeSenders();
    telling.state(WsClientState.OPEN);
    return next;
  }

  /** Opened to all once nothing waits; closed at once if the user has closed it meanwhile. */
  private synchronized boolean isOpened(Leg next) {
    WsMessage.Close close = closing;
    if (close == null && !backlog.all().isEmpty()) {
      return false;
    }
    leg = next;
    state = WsClientState.OPEN;
    if (close != null) {
      next.connection().close(close.code(), close.reason());
    }
    return true;
  }

  private void finish(Leg last) {
    synchronized (this) {
      List<WsMessage> waiting = new ArrayList<>();
      Unsent left = last.session().unsent();
      if (state == WsClientState.OPEN) { // else it was put back, and told of, already
        waiting.addAll(left.waiting());
      }
      waiting.addAll(backlog.all());
      unsent = new Unsent(waiting, state == WsClientState.OPEN ? left.inDoubt() : List.of());
      closed = howItEnded(last);
      state = WsClientState.CLOSED;
    }
    wakeSenders();
    inbox.end();
    over.countDown();
    telling.state(WsClientState.CLOSED);
    Leg.await(last.received());
    Thread.interrupted(); // meant for a dialling that is over
    scope.close();
    whenOver.run();
  }

  private WsClosed howItEnded(Leg last) {
    WsMessage.Close close = closing;
    return close != null && state == WsClientState.RECONNECTING
        ? new WsClosed(close.code(), close.reason(), WsClosed.By.US)
        : last.closed();
  }
}
