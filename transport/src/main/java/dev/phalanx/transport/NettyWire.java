package dev.phalanx.transport;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A wire over a channel: the last handler of its pipeline. Lane-confined, but for {@link #close}.
 */
final class NettyWire extends ChannelInboundHandlerAdapter implements UpgradedWire {
  private static final int SMALL_WRITE = 256;

  private final Channel channel;
  private final NettyLane lane;
  private final WireHandler handler;
  private @Nullable ByteBuf turn; // what was written since the last flush
  private @Nullable Throwable failure;
  private boolean begun; // what is written before that waits for the handshake
  private boolean flushing; // so it has been flushed
  private boolean outputEnded;
  private boolean inputEnded;
  private boolean closed;

  NettyWire(Channel channel, NettyLane lane, Function<Wire, WireHandler> session) {
    this.channel = channel;
    this.lane = lane;
    this.handler = session.apply(this);
  }

  @Override
  public ChannelHandler handler() {
    return this;
  }

  @Override
  public boolean leavesChannel() {
    return false;
  }

  @Override
  public void begins(ChannelFuture handshake, boolean inputEnded) {
    begun = true;
    if (flushing && flush()) {
      handler.onFlushed();
    }
    if (outputEnded) {
      shutdownOutput();
    }
    if (inputEnded) {
      inputEnded(); // it wasn't there to hear of it
    }
    resume();
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
  public boolean isOpen() {
    return !closed && channel.isOpen();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    if (turn == null) {
      turn = newBuffer(length);
    }
    turn.writeBytes(bytes, offset, length);
  }

  private ByteBuf newBuffer(int size) {
    return channel.alloc().directBuffer(Math.max(SMALL_WRITE, size));
  }

  @Override
  public boolean flush() {
    flushing = turn != null && !begun;
    return turn == null || (begun && flushTurn(turn));
  }

  private boolean flushTurn(ByteBuf buffer) {
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
    outputEnded = true;
    if (begun) {
      Tls.shutdownOutput(channel);
    }
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

  private void inputEnded() {
    inputEnded = true;
    if (!handler.onInputEnded()) {
      channel.close();
    }
  }

  @Override
  public void closedBeforeItOpened() {
    closed();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed();
  }

  private void closed() {
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
