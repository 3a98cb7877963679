package dev.phalanx.hermes.client;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsMessage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection from leg to leg: its virtual thread waits for a leg's end, and then has it
 * dialled again, or ends it. Any thread; where it stands is its {@link Course}'s to know.
 */
final class Life {
  private static final Logger log = LoggerFactory.getLogger(WsClientConnection.class);

  private final Opening opening;
  private final WsClientConfig config;
  private final @Nullable ReconnectPolicy policy;
  private final OwnedScope scope;
  private final TimeSource time;
  private final Runnable whenOver;
  private final Telling telling;
  private final Course course;
  private final Senders senders;
  private final Inbox inbox = new Inbox();
  private final CountDownLatch over = new CountDownLatch(1);

  private volatile @Nullable Consumer<WsMessage.Ping> pingObserver;
  private volatile @Nullable Consumer<WsMessage.Pong> pongObserver;
  private volatile @Nullable Thread thread;

  Life(Opening opening, WsClientConfig config, OwnedScope scope, Leg first, Runnable whenOver) {
    this.opening = opening;
    this.config = config;
    this.policy = config.reconnect();
    this.scope = scope;
    this.telling = Telling.of(config);
    this.time = scope.time();
    this.whenOver = whenOver;
    this.course = new Course(policy, first);
    this.senders = new Senders(course, telling, time, config.ws().sendTimeout());
  }

  void begin() {
    Leg first = course.leg();
    inbox.add(first);
    telling.state(WsClientState.OPEN);
    Thread own =
        Thread.ofVirtual()
            .name("ws-client " + first.connection().id())
            .unstarted(() -> live(first));
    thread = own;
    own.start();
  }

  Leg leg() {
    return course.leg();
  }

  WsClientState state() {
    return course.state();
  }

  @Nullable WsClosed closed() {
    return course.closed();
  }

  Unsent unsent() {
    return course.unsent();
  }

  Inbox inbox() {
    return inbox;
  }

  void onPing(Consumer<WsMessage.Ping> observer) {
    pingObserver = observer;
    course.leg().connection().onPing(observer);
  }

  void onPong(Consumer<WsMessage.Pong> observer) {
    pongObserver = observer;
    course.leg().connection().onPong(observer);
  }

  boolean send(WsMessage message) {
    return senders.send(message);
  }

  boolean close(WsMessage.Close with) {
    if (!with.code().isSendable()) {
      throw new IllegalArgumentException("close code " + with.code() + " must not be sent");
    }
    boolean first = course.close(with, thread);
    senders.wake();
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

  private void live(Leg first) {
    Leg last = first;
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
    if (policy == null || !policy.retries(how) || !course.beginsToReconnect(lost)) {
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

  /** The next leg is there: what waited goes out first, then it is everybody's. */
  private Leg adopt(Leg next) {
    observe(next.connection());
    inbox.add(next);
    while (!course.isOpened(next)) {
      WsMessage oldest = course.poll();
      if (oldest != null && !next.connection().send(oldest)) {
        course.openLost(next, oldest);
        break;
      }
      senders.wake();
    }
    senders.wake();
    telling.state(WsClientState.OPEN);
    return next;
  }

  private void observe(WsConnection next) {
    Consumer<WsMessage.Ping> pings = pingObserver;
    if (pings != null) {
      next.onPing(pings);
    }
    Consumer<WsMessage.Pong> pongs = pongObserver;
    if (pongs != null) {
      next.onPong(pongs);
    }
  }

  private void finish(Leg last) {
    course.finish(last);
    senders.wake();
    inbox.end();
    over.countDown();
    telling.state(WsClientState.CLOSED);
    Leg.await(last.received());
    Thread.interrupted(); // meant for a dialling that is over
    scope.close();
    whenOver.run();
  }
}
