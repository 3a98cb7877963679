package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client's link notes, and a server's doesn't: which messages the operating system has not
 * taken, when the last one came or went, and how long a Ping takes to be answered. Any thread, but
 * for what is marked; the monitor is held for a few steps, never while anything waits.
 */
final class Traffic {
  private static final class Note {
    private final WsMessage message;
    private boolean begun; // some of it was handed over

    Note(WsMessage message) {
      this.message = message;
    }
  }

  private final LongSupplier clock;
  private final Map<EncodedFrame, Note> notes = new LinkedHashMap<>(); // guarded by this
  private final List<EncodedFrame> handedOver = new ArrayList<>(); // the lane's
  private volatile long lastMessage;

  private long pings; // guarded by this: how many were measured
  private long pingedAt; // guarded by this
  private byte @Nullable [] awaited; // guarded by this: what the Pong will carry
  private volatile @Nullable Duration roundTrip;

  /** Begins, with a clock in nanoseconds. */
  Traffic(LongSupplier clock) {
    this.clock = clock;
    this.lastMessage = clock.getAsLong();
  }

  // ---- messages ----

  /**
   * Offers a frame to the queue, and notes the message if it was accepted: in one step, so that
   * {@link #unsent} never has a message whose sender is told that it was refused.
   */
  synchronized Outbound.Offer noting(
      EncodedFrame frame, WsMessage message, Supplier<Outbound.Offer> offer) {
    Outbound.Offer result = offer.get();
    if (result == Outbound.Offer.QUEUED && (message.isText() || message.isBinary())) {
      notes.put(frame, new Note(message)); // the lane takes it by this monitor, too
      lastMessage = clock.getAsLong();
    }
    return result;
  }

  /** The first bytes of a frame are handed over. Lane. */
  synchronized void begun(EncodedFrame frame) {
    Note note = notes.get(frame);
    if (note != null) {
      note.begun = true;
    }
  }

  /** The last bytes of a frame are handed over. Lane. */
  void handedOver(EncodedFrame frame) {
    handedOver.add(frame);
  }

  /** The operating system has taken all that was handed over. Lane. */
  synchronized void taken() {
    handedOver.forEach(notes::remove);
    handedOver.clear();
  }

  /** A message came. Lane. */
  void received() {
    lastMessage = clock.getAsLong();
  }

  /** When the last message came, or was accepted to be sent. */
  long lastMessage() {
    return lastMessage;
  }

  synchronized Unsent unsent() {
    List<WsMessage> waiting = new ArrayList<>();
    List<WsMessage> inDoubt = new ArrayList<>();
    notes.values().forEach(note -> (note.begun ? inDoubt : waiting).add(note.message));
    return new Unsent(waiting, inDoubt);
  }

  // ---- round trips ----

  /** The payload for a Ping that goes out now; it is measured unless another is on its way. */
  synchronized byte[] ping() {
    byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(++pings).array();
    if (awaited == null) {
      awaited = payload;
      pingedAt = clock.getAsLong();
    }
    return payload;
  }

  synchronized void pong(byte[] payload) {
    if (Arrays.equals(payload, awaited)) {
      awaited = null;
      roundTrip = Duration.ofNanos(clock.getAsLong() - pingedAt);
    }
  }

  /** How long the last Ping that was measured took; null before. */
  @Nullable Duration roundTrip() {
    return roundTrip;
  }
}
