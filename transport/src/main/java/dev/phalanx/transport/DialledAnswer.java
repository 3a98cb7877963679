package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What a host has answered to an {@link UpgradeRequest}. Whoever has it either {@link #open opens}
 * the wire or {@link #close closes} it; until then nothing more is read. Any thread but a lane.
 */
public final class DialledAnswer implements AutoCloseable {
  private final Channel channel;
  private final NettyLane lane;
  private final Dialling dialling;
  private final int status;
  private final Headers headers;
  private final byte[] body;
  private final AtomicBoolean decided = new AtomicBoolean();

  DialledAnswer(
      Channel channel,
      NettyLane lane,
      Dialling dialling,
      int status,
      Headers headers,
      byte[] body) {
    this.channel = channel;
    this.lane = lane;
    this.dialling = dialling;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The headers. */
  public Headers headers() {
    return headers;
  }

  /** The body of an answer other than 101, as much of it as {@link DialConfig#maxBodyBytes}. */
  public byte[] body() {
    return body.clone();
  }

  /**
   * Makes the connection a wire. What was read beyond the answer goes on to it.
   *
   * @param session takes the wire over; called here and now, and must not block
   * @throws IllegalStateException if it was opened or closed already
   */
  public void open(Function<Wire, WireHandler> session) {
    if (!decided.compareAndSet(false, true)) {
      throw new IllegalStateException("opened or closed already");
    }
    NettyWire wire;
    try {
      wire = new NettyWire(channel, lane, session);
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
    lane.execute(() -> become(wire));
  }

  private void become(NettyWire wire) {
    if (!channel.isActive()) {
      wire.closedBeforeItOpened();
      return;
    }
    channel.pipeline().addLast(wire);
    channel.pipeline().remove(dialling);
    channel.pipeline().remove(AnswerDecoder.class); // which passes on what it hasn't decoded
    wire.begins(channel.newSucceededFuture());
    if (dialling.isInputEnded()) {
      wire.inputEnded(); // it wasn't there to hear of it
    }
    wire.resume();
  }

  /** Closes the connection, unless it is a wire. Idempotent. */
  @Override
  public void close() {
    if (decided.compareAndSet(false, true)) {
      channel.close();
    }
  }
}
