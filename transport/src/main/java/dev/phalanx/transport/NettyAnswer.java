package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The answer on a channel, which reads no more until it is opened. */
final class NettyAnswer implements DialledAnswer {
  private final Channel channel;
  private final NettyLane lane;
  private final Dialling dialling;
  private final int status;
  private final Headers headers;
  private final byte[] body;
  private final AtomicBoolean decided = new AtomicBoolean();

  NettyAnswer(
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

  @Override
  public int status() {
    return status;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  @Override
  public void open(Function<Wire, WireHandler> session) {
    if (!decided.compareAndSet(false, true)) {
      throw new IllegalStateException("opened or closed already");
    }
    UpgradedWire wire;
    try {
      wire = UpgradedWire.over(channel, lane, session);
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
    lane.execute(() -> become(wire));
  }

  private void become(UpgradedWire wire) {
    if (!channel.isActive()) {
      wire.closedBeforeItOpened();
      return;
    }
    channel.pipeline().addLast(wire.handler());
    channel.pipeline().remove(dialling);
    channel.pipeline().remove(AnswerDecoder.class); // which passes on what it hasn't decoded
    wire.begins(channel.newSucceededFuture(), dialling.isInputEnded());
  }

  @Override
  public void close() {
    if (decided.compareAndSet(false, true)) {
      channel.close();
    }
  }
}
