package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.rfc6455.EncodedFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's record of its messages, which a server does not keep: which of them wait, which were
 * written, and which of these a Pong has confirmed; when the last one came or went; and how long a
 * Ping takes to be answered.
 *
 * <p>The payload of each Ping has its own number and the number of messages that were written
 * before it. The Pong brings both back, and confirms so many messages.
 *
 * <p>Any thread, but for what is marked; the monitor is held for a few steps, never while anything
 * waits.
 */
final class Traffic {
  private static final int PING_BYTES = 2 * Long.BYTES;

  /** A message that was written, and how long it is on the wire. */
  private record Written(WsMessage message, int bytes) {}

  private final Lane lane;
  private final DeliveryConfig config;
  private final Map<EncodedFrame, WsMessage> waiting = new LinkedHashMap<>(); // guarded by this
  private final Queue<Written> unconfirmed = new ArrayDeque<>(); // guarded by this
  private long unconfirmedBytes; // guarded by this: of those that are kept
  private long written; // guarded by this: how many messages were handed over whole
  private long confirmed; // guarded by this: so many of the first of these
  private long asked; // guarded by this: so many of the first were written before a Ping
  private long bytesSinceAsked; // guarded by this
  private boolean recording = true; // guarded by this
  private volatile boolean received;
  private volatile long lastMessage;

  private @Nullable Pings pings; // the lane's; null until start()
  private @Nullable Registration timer; // the lane's; null while no Ping is planned

  private long pingCount; // guarded by this
  private long pingedAt; // guarded by this
  private byte @Nullable [] awaited; // guarded by this: what the Pong will carry
  private volatile @Nullable Duration roundTrip;

  Traffic(Lane lane, DeliveryConfig config) {
    this.lane = lane;
    this.config = config;
    this.lastMessage = lane.nanoTime();
  }

  /** Before anything is sent: what Pings go out by. */
  void start(Pings by) {
    pings = by;
  }

  // ---- messages ----

  /**
   * Reserves room for a frame, and notes the message if there is some: in one step, so that {@link
   * #unsent} never has a message whose sender is told that it was refused.
   *
   * @param reserve must not block; the frame is queued afterwards, without the monitor, for which
   *     the lane may wait
   */
  synchronized Outbound.Offer noting(
      EncodedFrame frame, WsMessage message, Supplier<Outbound.Offer> reserve) {
    if (!message.isText() && !message.isBinary()) {
      return reserve.get();
    }
    long now = lane.nanoTime();
    Outbound.Offer result = Outbound.Offer.CLOSED;
    try {
      if (recording) {
        waiting.put(frame, message); // first: once there is room reserved, nothing may fail
      }
      result = reserve.get();
    } finally {
      if (result != Outbound.Offer.QUEUED) {
        waiting.remove(frame);
      }
    }
    if (result == Outbound.Offer.QUEUED) {
      lastMessage = now;
    }
    return result;
  }

  /** A frame that was accepted can't be queued. */
  synchronized void forget(EncodedFrame frame) {
    waiting.remove(frame);
  }

  /** Whether messages that are sent from now on are noted. Before other threads send. */
  synchronized void record(boolean whether) {
    recording = whether;
  }

  /** The last bytes of a frame are handed over. Lane. */
  void handedOver(EncodedFrame frame) {
    if (noteWritten(frame)) {
      ask();
    } else if (timer == null && isUnasked()) {
      timer = lane.schedule(this::timeIsOver, config.confirmAfter());
    }
  }

  /** Whether it is time to ask what has arrived. */
  private synchronized boolean noteWritten(EncodedFrame frame) {
    WsMessage message = waiting.remove(frame);
    if (message == null) {
      return false;
    }
    written++;
    bytesSinceAsked += frame.length();
    unconfirmed.add(new Written(message, frame.length()));
    unconfirmedBytes += frame.length();
    while (unconfirmed.size() > config.maxMessages()
        || (unconfirmedBytes > config.maxBytes() && unconfirmed.size() > 1)) {
      forgetOldest();
    }
    return 2 * (written - asked) > config.maxMessages() || 2 * bytesSinceAsked > config.maxBytes();
  }

  private void forgetOldest() {
    unconfirmedBytes -= unconfirmed.remove().bytes();
  }

  private synchronized boolean isUnasked() {
    return written > asked;
  }

  /** Has a Ping go out behind what was written, if there is something to confirm. Lane. */
  void ask() {
    if (pings != null && isUnasked()) {
      pings.queue();
    }
  }

  private void timeIsOver() {
    timer = null;
    if (pings != null && isUnasked()) {
      pings.send();
    }
  }

  /** The wire is closed. Lane. */
  void stop() {
    if (timer != null) {
      timer.close();
      timer = null;
    }
  }

  private void confirm(long upTo) { // with the monitor
    long forgotten = written - confirmed - unconfirmed.size();
    for (long left = upTo - confirmed - forgotten; left > 0; left--) {
      forgetOldest();
    }
    confirmed = Math.max(confirmed, upTo);
  }

  /** A message came. Lane. */
  void received() {
    received = true;
    lastMessage = lane.nanoTime();
  }

  /** Whether a message ever came. */
  boolean hasReceived() {
    return received;
  }

  /** When the last message came, or was accepted to be sent. */
  long lastMessage() {
    return lastMessage;
  }

  synchronized Unsent unsent() {
    List<WsMessage> inDoubt = new ArrayList<>();
    unconfirmed.forEach(each -> inDoubt.add(each.message()));
    return new Unsent(
        List.copyOf(waiting.values()), inDoubt, written - confirmed - unconfirmed.size());
  }

  // ---- round trips ----

  /** The payload for a Ping that goes out now; it is measured unless another is on its way. */
  synchronized byte[] ping() {
    byte[] payload = ByteBuffer.allocate(PING_BYTES).putLong(++pingCount).putLong(written).array();
    asked = written;
    bytesSinceAsked = 0;
    if (awaited == null) {
      awaited = payload;
      pingedAt = lane.nanoTime();
    }
    return payload;
  }

  synchronized void pong(byte[] payload) {
    if (Arrays.equals(payload, awaited)) {
      awaited = null;
      roundTrip = Duration.ofNanos(lane.nanoTime() - pingedAt);
    }
    if (payload.length == PING_BYTES) { // else it answers a Ping of the user, or none
      ByteBuffer its = ByteBuffer.wrap(payload);
      long number = its.getLong();
      long upTo = its.getLong();
      if (number > 0 && number <= pingCount && upTo <= asked) {
        confirm(upTo);
      }
    }
  }

  /** How long the last Ping that was measured took; null before. */
  @Nullable Duration roundTrip() {
    return roundTrip;
  }
}
