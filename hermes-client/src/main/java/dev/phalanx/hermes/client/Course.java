package dev.phalanx.hermes.client;

import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's connection stands: on which leg, in which state, closed by the user or not, and
 * what waits for the next leg. The monitor guards that these change together; it is never held
 * while anything waits or user code runs. Any thread.
 */
final class Course {
  /** What became of a message that no leg took. */
  enum Kept {
    /** It waits for the next leg. */
    YES,
    /** It won't be sent. */
    NO,
    /** It may be worth trying again. */
    NOT_YET
  }

  private final @Nullable ReconnectPolicy policy;
  private final Backlog backlog; // guarded by this
  private volatile Leg leg;
  private volatile WsClientState state = WsClientState.OPEN;
  private volatile WsMessage.@Nullable Close closing; // what the user has closed it with
  private volatile @Nullable WsClosed closed;
  private volatile Unsent unsent = Unsent.none();
  private volatile @Nullable IOException failure; // why it was given up

  Course(@Nullable ReconnectPolicy policy, Leg first) {
    this.policy = policy;
    this.leg = first;
    this.backlog = new Backlog(policy == null ? SendBuffer.defaults() : policy.buffer());
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

  @Nullable IOException failure() {
    return failure;
  }

  /** Whether the user has closed it, or it has ended. */
  boolean isOver() {
    return closing != null || state == WsClientState.CLOSED;
  }

  // ---- sending ----

  /**
   * Keeps a message for the next leg.
   *
   * @param tried the leg that didn't take it
   * @param dropped is added to: what had to make room
   */
  synchronized Kept keep(WsMessage message, Leg tried, List<WsMessage> dropped) {
    if (policy == null || isOver()) {
      return Kept.NO;
    }
    if (state == WsClientState.OPEN && (!leg.equals(tried) || tried.connection().isOpen())) {
      return Kept.NOT_YET; // it has been opened again meanwhile
    }
    WsClosed how = tried.connection().closed();
    boolean data = message.isText() || message.isBinary();
    if (!data || (state == WsClientState.OPEN && how != null && !policy.retries(how))) {
      return Kept.NO;
    }
    if (backlog.offer(message, dropped)) {
      return Kept.YES;
    }
    return policy.buffer().whenFull() == SendBuffer.WhenFull.BLOCK ? Kept.NOT_YET : Kept.NO;
  }

  // ---- closing ----

  /**
   * Closes it for the user.
   *
   * @param dialling to be interrupted, where it is between two legs
   * @return whether this call was the one
   */
  synchronized boolean close(WsMessage.Close with, @Nullable Thread dialling) {
    if (isOver()) {
      return false;
    }
    closing = with;
    if (state != WsClientState.RECONNECTING) {
      return leg.connection().close(with.code(), with.reason());
    }
    if (dialling != null) {
      dialling.interrupt();
    }
    return true;
  }

  // ---- from leg to leg, for the connection's own thread ----

  /**
   * A leg is lost, and is to be followed by another one; false if the user has closed it.
   *
   * @param notSent waits for the next leg
   */
  synchronized boolean beginsToReconnect(List<WsMessage> notSent) {
    if (closing != null) {
      return false;
    }
    backlog.putBack(notSent);
    state = WsClientState.RECONNECTING;
    return true;
  }

  /** No other leg follows, for this reason. */
  void givesUp(IOException why) {
    failure = why;
  }

  /** The oldest message that waits, taken out; null if there is none. */
  synchronized @Nullable WsMessage poll() {
    return backlog.poll();
  }

  /** The next leg is everybody's at once, though this message still waits: its end is seen soon. */
  synchronized void openLost(Leg next, WsMessage unsent) {
    backlog.putBack(List.of(unsent));
    open(next);
  }

  /** Opened to all once nothing waits; closed at once if the user has closed it meanwhile. */
  synchronized boolean isOpened(Leg next) {
    if (closing == null && !backlog.all().isEmpty()) {
      return false;
    }
    open(next);
    return true;
  }

  private void open(Leg next) {
    leg = next;
    state = WsClientState.OPEN;
    WsMessage.Close close = closing;
    if (close != null) {
      next.connection().close(close.code(), close.reason());
    }
  }

  /** The end of all: how it ended, and what was never sent. */
  synchronized void finish(Leg last) {
    List<WsMessage> waiting = new ArrayList<>();
    Unsent left = last.session().unsent();
    if (state == WsClientState.OPEN) { // else it was put back, and told of, already
      waiting.addAll(left.waiting());
    }
    waiting.addAll(backlog.all());
    unsent =
        state == WsClientState.OPEN
            ? new Unsent(waiting, left.inDoubt(), left.forgotten())
            : new Unsent(waiting, List.of(), 0);
    closed = howItEnded(last);
    state = WsClientState.CLOSED;
  }

  private WsClosed howItEnded(Leg last) {
    WsMessage.Close close = closing;
    return close != null && state == WsClientState.RECONNECTING
        ? new WsClosed(close.code(), close.reason(), WsClosed.By.US)
        : last.closed();
  }
}
