package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.http.ReceiveBudget;
import dev.phalanx.http.Wire;
import dev.phalanx.rfc6455.CloseCodes;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.styx.Channel;
import dev.phalanx.styx.Emission;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into messages for the handler, as long as there is room for them. When a message
 * finds none, it is held, the wire pauses, and what was read with it waits undecoded: so the bounds
 * of {@link WsConfig#inboundMessages} and {@link WsConfig#inboundBytes} are overrun by one message
 * and one read at most, and TCP carries the pressure to the peer. Lane-confined.
 *
 * <p>What all connections hold is bounded by the {@link ReceiveBudget} of the lane. A connection
 * that never holds more than {@link ReceiveBudget#ALLOWANCE} has no account there.
 */
final class Intake implements ReceiveBudget.Holder {
  /** So many bytes of a message give it a second more. */
  private static final int BYTES_FOR_A_SECOND = 64 << 10;

  private final Link link;
  private final Pings pings;
  private final Wire wire;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;
  private final Lane lane;
  private final Duration messageTimeout;

  private @Nullable WsMessage held;
  private @Nullable ByteBuffer backlog;
  private boolean dropping;
  private boolean closed;
  private boolean droppingOverflow; // we have closed: the first message without room is dropped

  private ReceiveBudget.@Nullable Account account; // null until more than the allowance is held
  private boolean stopped; // by the budget
  private int begun; // messages delivered before the one that is unfinished
  private int delivered;
  private boolean timed; // unfinishedSince is that of the unfinished message
  private long unfinishedSince;
  private @Nullable Registration timer; // looks at the unfinished message; null if none does

  Intake(Link link, Pings pings, Wire wire, Protocol protocol, Channel<WsMessage> inbound) {
    this.lane = wire.lane();
    this.messageTimeout = link.config().messageTimeout();
    this.link = link;
    this.pings = pings;
    this.wire = wire;
    this.protocol = protocol;
    this.inbound = inbound;
  }

  /** Whether a message waits for room, and what was read with it waits undecoded. */
  boolean isPaused() {
    return held != null;
  }

  /** Whether nothing is read just now. */
  boolean isReadingPaused() {
    return held != null || stopped;
  }

  void read(ByteBuffer bytes) {
    decode(bytes);
    if (held != null) {
      keep(bytes);
    }
    account();
    if (protocol.isMessageUnfinished()) {
      limitMessage();
    }
  }

  /** Up to the end, or to a message for which there is no room. */
  private void decode(ByteBuffer bytes) {
    while (held == null) {
      Event event = protocol.receive(bytes);
      if (event == null) {
        break;
      }
      switch (event) {
        case Event.Text text -> deliver(WsMessage.Text.received(text.utf8()));
        case Event.Binary binary -> deliver(WsMessage.binary(binary.bytes()));
        case Event.Ping ping -> pings.onPing(ping.payload());
        case Event.Pong pong -> pings.onPong(pong.payload());
        case Event.Close close -> link.onPeerClose(close);
        case Event.Failed failed -> link.onViolation(failed);
      }
    }
    pings.onDecoded();
  }

  private void deliver(WsMessage message) {
    link.onMessage();
    delivered++;
    if (!dropping && inbound.tryEmit(message) == Emission.FULL) {
      if (droppingOverflow) {
        dropping = true;
      } else {
        held = message;
        wire.pause();
      }
    }
  }

  private void keep(ByteBuffer bytes) {
    ByteBuffer earlier = backlog == null ? ByteBuffer.allocate(0) : backlog;
    backlog =
        ByteBuffer.allocate(earlier.remaining() + bytes.remaining()).put(earlier).put(bytes).flip();
  }

  /** The handler has made room: goes on where it stopped. */
  void resumeDecoding() {
    WsMessage message = held;
    if (message == null || (!dropping && inbound.tryEmit(message) == Emission.FULL)) {
      return; // with FULL, the channel says again when it is relieved
    }
    held = null;
    if (backlog != null) {
      decode(backlog); // in place: a copy for every few messages would make it quadratic
    }
    if (held == null) {
      backlog = null;
      if (!stopped) {
        wire.resume();
      }
      link.onCaughtUp();
    }
    account();
  }

  /**
   * We have closed, and wait for the peer's Close: reading goes on, whether there is room or not.
   * The handler can still receive messages up to the first one that is dropped.
   */
  void dropOverflow() {
    droppingOverflow = true;
    if (held != null) {
      dropMessages();
    }
    readOn();
  }

  /** Nobody will read any more: what comes is decoded for its Close, and dropped. */
  void dropMessages() {
    dropping = true;
    resumeDecoding();
    readOn();
  }

  /** What was read and not decoded never will be: after what is in inbound, its end follows. */
  void abandon() {
    dropping = true;
    held = null;
    backlog = null;
  }

  // ---- the budget of the lane ----

  /** Tells what is held, once it is more than the allowance; stops reading beyond the budget. */
  private void account() {
    long partial = protocol.unfinishedBytes();
    long whole = inbound.weight() + (backlog == null ? 0 : backlog.capacity());
    ReceiveBudget.Account known = account;
    if (known == null) {
      if (partial + whole <= ReceiveBudget.ALLOWANCE || closed) {
        return;
      }
      known = lane.receiveBudget().open(lane, this);
      account = known;
    }
    boolean mayRead = known.hold(whole, partial);
    if (!mayRead && !stopped && !dropping && !droppingOverflow && !protocol.isFailed()) {
      stopped = true;
      wire.pause();
    }
  }

  @Override
  public void measure() {
    account();
  }

  @Override
  public void evict() {
    if (protocol.unfinishedBytes() > 0) {
      giveUp(CloseCodes.TRY_AGAIN_LATER, "the server's memory for received bytes is used up");
    }
    account();
  }

  @Override
  public void resume() {
    readOn();
  }

  /** Whatever the budget says: there is room again, or we wait for the peer's Close. */
  private void readOn() {
    if (stopped) {
      stopped = false;
      if (held == null) {
        wire.resume();
      }
      link.onReadingAgain();
    }
  }

  /** Nothing more will be read. What waits for the handler is no longer counted. */
  void close() {
    closed = true;
    stopped = false;
    if (account != null) {
      account.close();
    }
    if (timer != null) {
      timer.close();
    }
  }

  // ---- the time that a message may take ----

  private void limitMessage() {
    if (begun != delivered || !timed) {
      begun = delivered;
      timed = true;
      unfinishedSince = lane.nanoTime();
    }
    if (timer == null) {
      lookIn(messageTimeout);
    }
  }

  private void lookIn(Duration time) {
    timer = lane.schedule(new Look(new WeakReference<>(this)), time);
  }

  /** While nothing is read, the peer can't finish its message. */
  private void look() {
    timer = null;
    if (closed || !protocol.isMessageUnfinished()) {
      timed = false;
      return;
    }
    if (isReadingPaused()) {
      unfinishedSince = lane.nanoTime();
    }
    Duration limit = messageTimeout.plusSeconds(protocol.unfinishedBytes() / BYTES_FOR_A_SECOND);
    Duration left = limit.minusNanos(lane.nanoTime() - unfinishedSince);
    if (left.isPositive()) {
      lookIn(left);
    } else {
      giveUp(
          CloseCodes.POLICY_VIOLATION,
          "a message was not finished within messageTimeout ("
              + messageTimeout.toMillis()
              + " ms)");
      account();
    }
  }

  /** The timer holds the connection weakly, as {@link KeepAlive}'s does. */
  private record Look(WeakReference<Intake> owner) implements Runnable {
    @Override
    public void run() {
      Intake intake = owner.get();
      if (intake != null) {
        intake.link.guard(intake::look);
      }
    }
  }

  private void giveUp(int code, String reason) {
    link.onViolation(protocol.fail(code, reason));
    readOn(); // and swallow, so that our Close is not overtaken by a reset
  }
}
