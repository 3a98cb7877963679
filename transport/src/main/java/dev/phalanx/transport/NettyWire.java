package dev.phalanx.transport;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A wire over a channel: the last handler of its pipeline. Lane-confined, but for {@link #close}.
 */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {
  private static final int SMALL_WRITE = 256;

  private final Channel channel;
  private final Lane lane;
  private final WireHandler handler;
  private @Nullable ByteBuf turn; // what was written since the last flush
  private @Nullable Throwable failure;
  private boolean inputEnded;
  private boolean closed;

  NettyWire(Channel channel, Lane lane, Function<Wire, WireHandler> session) {
    this.channel = channel;
    this.lane = lane;
    this.handler = session.apply(this);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    ByteBuf buffer = turn;
    if (buffer == null) {
      buffer = channel.alloc().directBuffer(Math.max(SMALL_WRITE, length));
      turn = buffer;
    }
    buffer.writeBytes(bytes, offset, length);
  }

  @Override
  public boolean flush() {
    ByteBuf buffer = turn;
    if (buffer == null) {
      return true;
    }
    turn = null;
    ChannelFuture written = channel.writeAndFlush(buffer);
    if (written.isDone()) {
      return written.isSuccess(); // if it failed, the channel closes, and onClosed() says so
    }
    written.addListener(done -> {
      if (done.isSuccess()) {
        handler.onFlushed();
      }
    });
    return false;
  }

  @Override
  public void pause() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (!inputEnded) { // else Netty's epoll throws: there is nothing to wait for any more
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void shutdownOutput() {
    Tls.shutdownOutput(channel);
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (bytes.nioBufferCount() == 1) {
        handler.onRead(bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()));
      } else {
        handler.onRead(bytes.nioBuffer());
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (Tls.isEndOfInput(event) && !inputEnded) {
      inputEnded();
    }
  }

  /** The peer sends no more. */
  void inputEnded() {
    inputEnded = true;
    if (!handler.onInputEnded()) {
      channel.close();
    }
  }

  /** The channel was closed before it became this wire. */
  void closedBeforeItOpened() {
    closed = true;
    handler.onClosed(null);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    if (turn != null) {
      turn.release();
      turn = null;
    }
    handler.onClosed(failure);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = cause;
    ctx.close();
  }
}
