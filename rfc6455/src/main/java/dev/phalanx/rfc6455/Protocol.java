package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one open connection (RFC 6455 §5 to §7), without I/O: the peer's bytes go
 * into {@link #receive} and come out as events; what the protocol itself owes the peer comes out of
 * {@link #pollControl}. Messages of ours do not pass through here: encode them with {@link
 * EncodedFrame}, and send none once {@link #isCloseSent}.
 *
 * <p>Not thread-safe: it belongs to one thread at a time, such as the lane of its connection. It
 * throws nothing for a bad peer, it reports {@link Event.Failed}. Between messages it holds no
 * buffers, and an inflater only where the peer takes over its context.
 *
 * <p>The closing handshake (§1.4) is two Closes. Ours goes out when the caller says so: as the
 * first, or as the answer once all that came before the peer's has been handled. Until the peer's
 * has come its messages are delivered as before. After its Close, or once it has broken a rule,
 * anything more from it is swallowed.
 */
public final class Protocol {
  private final Side side;
  private final Limits limits;
  private final FrameDecoder frame = new FrameDecoder();
  private final MessageAssembler message;
  private final PayloadBuffer controlPayload = new PayloadBuffer();

  private Opcode opcode = Opcode.CONTINUATION;
  private boolean isInPayload;
  private boolean isCloseSent;
  private boolean isCloseReceived;
  private boolean isFailed;
  private long droppedPongs;

  /** Null while nothing is owed, which is almost always. */
  private @Nullable ControlQueue owed;

  /** Without extensions. */
  public Protocol(Side side, Limits limits) {
    this(side, limits, null);
  }

  /**
   * With permessage-deflate (RFC 7692) on the way in: messages that the peer has compressed come
   * out inflated, and {@link Limits#maxMessageSize} holds for what comes out. On the way out, see
   * {@link MessageDeflater}.
   *
   * <p>An inflater has about 42 KiB of native memory. Where the peer takes over no context, one is
   * held while a compressed message arrives; else from the first one on, until the peer's Close, a
   * broken rule, or {@link #release}.
   *
   * @param agreed what was negotiated
   */
  public Protocol(Side side, Limits limits, DeflateParameters agreed, DeflatePool pool) {
    this(side, limits, new MessageInflater(pool, !agreed.noContextTakeover(side.other())));
  }

  private Protocol(Side side, Limits limits, @Nullable MessageInflater inflater) {
    if (side == Side.CLIENT) {
      MaskingKeys.prepare();
    }
    this.side = side;
    this.limits = limits;
    this.message = new MessageAssembler(limits.maxMessageSize(), inflater);
  }

  /**
   * Consumes bytes until an event is complete, and leaves the rest in {@code in}: call it until it
   * returns null, which means that {@code in} is exhausted.
   *
   * @param in what the peer sent, on the heap or not; nothing of it is kept
   */
  public @Nullable Event receive(ByteBuffer in) {
    while (!isReceivingOver()) {
      if (!isInPayload) {
        if (!frame.readHeader(in)) {
          return null;
        }
        Event.Failed violation = beginPayload();
        if (violation != null) {
          return endWith(violation);
        }
      }
      Event event = opcode.isControl() ? readControl(in) : readData(in);
      if (event != null || isInPayload) {
        return event;
      }
    }
    in.position(in.limit());
    return null;
  }

  private boolean isReceivingOver() {
    return isCloseReceived || isFailed;
  }

  private Event.@Nullable Failed beginPayload() {
    Opcode announced = Opcode.of(frame.opcode());
    if (announced == null) {
      // §5.2: "the receiving endpoint MUST _Fail the WebSocket Connection_".
      return new Event.Failed(CloseCodes.PROTOCOL_ERROR, "unknown opcode " + frame.opcode());
    }
    Event.Failed violation = FrameRules.violation(frame, announced, side, limits, message);
    if (violation != null) {
      return violation;
    }
    opcode = announced;
    isInPayload = true;
    if (!opcode.isControl()) {
      message.beginFrame(frame, opcode);
    }
    return null;
  }

  private @Nullable Event readData(ByteBuffer in) {
    Event.Failed violation = message.readFrom(frame, in);
    if (violation != null) {
      return endWith(violation);
    }
    isInPayload = frame.remaining() > 0;
    return isInPayload || !frame.isFin() ? null : message.finish();
  }

  private @Nullable Event readControl(ByteBuffer in) {
    controlPayload.readFrom(frame, in);
    isInPayload = frame.remaining() > 0;
    if (isInPayload) {
      return null;
    }
    byte[] payload = controlPayload.take();
    if (opcode == Opcode.CLOSE) {
      return endWith(ClosePayload.decode(payload));
    }
    if (opcode == Opcode.PONG) {
      return new Event.Pong(payload);
    }
    oweThePongTo(payload);
    return new Event.Ping(payload);
  }

  /** Bytes of memory that an unfinished message occupies; 0 between messages. */
  public int unfinishedBytes() {
    return message.held();
  }

  /** Whether a message has begun, and is not finished. */
  public boolean isMessageUnfinished() {
    return message.isBegun() && !isReceivingOver();
  }

  /**
   * The caller gives the peer up, as if the peer had broken a rule: its unfinished message is
   * discarded, and anything more from it is swallowed.
   */
  public Event.Failed fail(int code, String reason) {
    Event.Failed failed = new Event.Failed(code, reason);
    endWith(failed);
    return failed;
  }

  private Event endWith(Event last) {
    isCloseReceived = last instanceof Event.Close;
    isFailed = last instanceof Event.Failed;
    release();
    return last;
  }

  /**
   * Gives up what is held of messages that will not be completed, the inflater first of all: the
   * wire is gone, and {@link #receive} will not be called again. Called twice, it does nothing.
   */
  public void release() {
    message.discard();
    controlPayload.clear();
  }

  private void oweThePongTo(byte[] ping) {
    // §5.5.2 asks for a Pong; but it could only go out after our Close, which is the last frame.
    if (!isCloseSent && owed().addPong(EncodedFrame.pong(side, ping))) {
      droppedPongs++;
    }
  }

  private ControlQueue owed() {
    ControlQueue queue = owed;
    if (queue == null) {
      queue = new ControlQueue();
      owed = queue;
    }
    return queue;
  }

  /**
   * The next frame that the protocol owes, to be sent ahead of any data that waits, or null: Pongs,
   * Pings and our Close, in the order in which they arose. The Close is the last of all.
   */
  public @Nullable EncodedFrame pollControl() {
    ControlQueue queue = owed;
    if (queue == null) {
      return null;
    }
    EncodedFrame next = queue.poll();
    if (queue.isEmpty()) {
      owed = null;
    }
    return next;
  }

  /** Whether {@link #pollControl} has a frame. */
  public boolean owesControl() {
    return owed != null;
  }

  /**
   * Queues a Ping (RFC 6455 §5.5.2). Pings that wait are not bounded here: ask for the next one
   * when the last one was answered.
   *
   * @return false if the connection is closing; then nothing was queued
   * @throws IllegalArgumentException if the payload is larger than 125 bytes
   */
  public boolean sendPing(byte[] payload) {
    if (isCloseSent || isReceivingOver()) {
      return false;
    }
    owed().add(EncodedFrame.ping(side, payload));
    return true;
  }

  /**
   * Queues our Close (RFC 6455 §5.5.1), the first or the answer to the peer's. No data may be sent
   * after it.
   *
   * @param code {@link CloseCodes#NO_STATUS_RECEIVED} for a Close without code and reason
   * @param reason cut to 123 bytes of UTF-8
   * @return false if our Close was queued before; then nothing was queued
   * @throws IllegalArgumentException if the code must not be sent
   */
  public boolean sendClose(int code, String reason) {
    if (isCloseSent) {
      return false;
    }
    owed().add(EncodedFrame.close(side, code, reason));
    isCloseSent = true;
    return true;
  }

  /** Whether our Close has been queued. */
  public boolean isCloseSent() {
    return isCloseSent;
  }

  /** Whether the peer's Close has been received. */
  public boolean isCloseReceived() {
    return isCloseReceived;
  }

  /** Whether the peer has broken a rule. */
  public boolean isFailed() {
    return isFailed;
  }

  /** How many Pongs were dropped since more than 64 waited; for statistics. */
  public long droppedPongs() {
    return droppedPongs;
  }
}
