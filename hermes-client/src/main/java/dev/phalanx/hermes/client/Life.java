package dev.phalanx.hermes.client;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
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
  private final @Nullable Redial redial; // null without a policy
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
    this.redial = policy == null ? null : new Redial(opening, policy, time);
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

  @Nullable IOException failure() {
    return course.failure();
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
    long opened = time.nanoTime();
    Duration limit = config.idleTimeout();
    IdleLimit idle = limit == null ? null : IdleLimit.watch(one.session(), limit, time);
    Leg.await(one.gone());
    if (idle != null) {
      idle.stop();
    }
    if (redial != null && isStable(one, Duration.ofNanos(time.nanoTime() - opened))) {
      redial.startAgain();
    }
  }

  private boolean isStable(Leg one, Duration lasted) {
    return policy != null
        && (one.session().hasReceived() || lasted.compareTo(policy.stableAfter()) >= 0);
  }

  private @Nullable Leg nextAfter(Leg lost) {
    WsClosed how = lost.closed();
    Unsent unsent = lost.session().unsent();
    if (policy == null
        || redial == null
        || !policy.retries(how)
        || !course.beginsToReconnect(policy.replay() ? unsent.waiting() : List.of())) {
      return null;
    }
    log.debug("{}: lost with {} {}; dialled again", opening.shown(), how.code(), how.reason());
    tell(unsent, policy.replay());
    telling.state(WsClientState.RECONNECTING);
    try {
      return switch (redial.run(how)) {
        case Redial.Outcome.Opened opened -> adopt(opened.leg());
        case Redial.Outcome.GivenUp givenUp -> giveUp(givenUp.why());
      };
    } catch (InterruptedException e) {
      return null; // closed meanwhile
    }
  }

  /** What became of the messages of a leg that is lost. */
  private void tell(Unsent unsent, boolean replayed) {
    telling.forgotten(unsent.forgotten());
    unsent.inDoubt().forEach(each -> telling.dropped(each, WsClientListener.Drop.IN_DOUBT));
    if (!replayed) {
      unsent.waiting().forEach(each -> telling.dropped(each, WsClientListener.Drop.NOT_SENT));
    }
  }

  private @Nullable Leg giveUp(IOException why) {
    log.info("{}: given up: {}", opening.shown(), why.getMessage());
    course.givesUp(why);
    telling.givenUp(why);
    return null;
  }

  /** The next leg is there: what waited goes out first, then it is everybody's. */
  private Leg adopt(Leg next) {
    observe(next.connection());
    telling.unread(inbox.add(next));
    while (!course.isOpened(next)) {
      WsMessage oldest = course.poll();
      if (oldest != null && !isSent(oldest, next)) {
        course.openLost(next, oldest);
        break;
      }
      senders.wake();
    }
    senders.wake();
    telling.state(WsClientState.OPEN);
    return next;
  }

  private static boolean isSent(WsMessage message, Leg by) {
    try {
      return by.connection().send(message);
    } catch (CancellationException e) { // interrupted: the user has closed it meanwhile
      Thread.interrupted();
      return false;
    }
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
