package dev.phalanx.cli.bench;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.rfc6455.ByteSink;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that lives on its lane. By itself it says nothing, answers Pings, and counts it as a
 * fault when it ends before it was told to. Lane-confined, except what is marked "any thread".
 */
class Talker implements WireHandler {
  /** Bytes that are written before they are flushed. */
  private static final int MAX_WRITTEN = 64 << 10;

  /** So many flushes in one turn; then the lane's other connections have theirs. */
  private static final int FLUSHES_PER_TURN = 16;

  private static final int NORMAL = 1000;

  private final Wire wire;
  private final Faults faults;
  private final Protocol protocol;
  private final ByteSink sink;
  private final CountDownLatch gone = new CountDownLatch(1);
  private boolean flushing;
  private boolean ending; // what happens from here on is no fault
  private volatile boolean over;

  Talker(Wire wire, BenchSettings settings, Faults faults) {
    this.wire = wire;
    this.faults = faults;
    int most = Math.max(1 << 20, settings.size() * 2); // an answer may be wrapped in something
    this.protocol =
        new Protocol(
            Side.CLIENT, Limits.defaults().withMaxMessageSize(most).withMaxFrameSize(most));
    this.sink = wire::write;
  }

  // ---- for those who have something to say ----

  /** A message came. */
  void heard(byte[] message, long now) {}

  /** Says what there is to say, with {@link #say}: so many bytes, and one message more at most. */
  int speak(int most) {
    return 0;
  }

  /** The connection is gone. */
  void lost() {}

  final int say(EncodedFrame frame) {
    return frame.transferTo(sink, 0, frame.length());
  }

  final void fault(String kind) {
    faults.count(kind);
  }

  /** Gives the connection up for a fault of the server's. */
  final void giveUp(String why) {
    if (!ending) {
      ending = true;
      faults.count(why);
      wire.close();
    }
  }

  /** Says what there is to say, unless it is on its way already. */
  final void drain() {
    for (int i = 0; i < FLUSHES_PER_TURN; i++) {
      if (flushing || over) {
        return;
      }
      int written = sayWhatIsOwed();
      if (!protocol.isCloseSent()) {
        written += speak(MAX_WRITTEN);
      }
      if (written == 0) {
        return;
      }
      if (!wire.flush()) {
        flushing = true;
        return;
      }
    }
    wire.lane().execute(this::drain);
  }

  private int sayWhatIsOwed() {
    int written = 0;
    for (EncodedFrame owed = protocol.pollControl(); owed != null; owed = protocol.pollControl()) {
      written += say(owed);
    }
    return written;
  }

  // ---- any thread ----

  final Lane lane() {
    return wire.lane();
  }

  /** Whether the connection is gone. */
  final boolean isOver() {
    return over;
  }

  /** Closes it with 1000, in good order. */
  final void close() {
    lane()
        .execute(() -> {
          ending = true;
          protocol.sendClose(NORMAL, "");
          drain();
        });
  }

  /** Waits until it is gone; after so long, it is cut off. */
  final void awaitGone(Duration limit) throws InterruptedException {
    if (!gone.await(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS)) {
      lane().execute(() -> ending = true);
      wire.close();
    }
  }

  // ---- the wire ----

  @Override
  public final void onRead(ByteBuffer bytes) {
    long now = System.nanoTime();
    for (Event event = protocol.receive(bytes); event != null; event = protocol.receive(bytes)) {
      switch (event) {
        case Event.Text text -> heard(text.utf8(), now);
        case Event.Binary binary -> heard(binary.bytes(), now);
        case Event.Ping ping -> {} // the protocol owes its Pong
        case Event.Pong pong -> {}
        case Event.Close close -> onClose(close);
        case Event.Failed failed -> onFailed(failed);
      }
    }
    drain();
  }

  private void onClose(Event.Close close) {
    if (!ending) {
      ending = true;
      String reason = close.reason().isEmpty() ? "" : " (" + close.reason() + ")";
      faults.count("the server closed with " + close.code() + reason);
    }
    protocol.sendClose(close.code(), "");
  }

  private void onFailed(Event.Failed failed) {
    giveUp("the server broke the protocol: " + failed.reason());
  }

  @Override
  public final void onFlushed() {
    flushing = false;
    drain();
  }

  @Override
  public final void onClosed(@Nullable Throwable cause) {
    over = true;
    protocol.release();
    if (!ending) {
      faults.count("connection lost" + (cause == null ? "" : ": " + cause.getMessage()));
    }
    gone.countDown();
    lost();
  }
}
