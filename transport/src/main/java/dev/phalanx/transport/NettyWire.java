package dev.phalanx.transport;

import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A wire over a channel: the last handler of its pipeline. Lane-confined, but for {@link #close}.
 */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {
  private static final int SMALL_WRITE = 256;

  private final Channel channel;
  private final NettyLane lane;
  private final LaneBuffers buffers;
  private final WireHandler handler;
  private @Nullable DirectSocket
      socket; // null where there is none, and while the channel is behind
  private @Nullable ByteBuf turn; // what was written since the last flush, unless the lane has it
  private @Nullable Throwable failure;
  private boolean inputEnded;
  private boolean closed;

  NettyWire(Channel channel, NettyLane lane, Function<Wire, WireHandler> session) {
    this.channel = channel;
    this.lane = lane;
    this.buffers = lane.buffers();
    this.handler = session.apply(this);
  }

  /**
   * Its handler is in the pipeline, and no other but TLS.
   *
   * @param handshake what was written before
   */
  void begins(ChannelFuture handshake) {
    DirectSocket direct = DirectSocket.of(channel);
    if (direct != null && channel.config().getRecvByteBufAllocator() instanceof ReadBuffers reads) {
      reads.share(buffers);
    }
    if (handshake.isDone()) {
      socket = direct;
    } else {
      handshake.addListener(done -> socket = direct);
    }
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
    DirectSocket direct = socket;
    return !closed && (direct == null ? channel.isOpen() : direct.isOpen());
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    if (turn == null && socket != null && buffers.add(this, bytes, offset, length)) {
      return;
    }
    if (buffers.has(this)) {
      takeBack();
    }
    if (turn == null) {
      turn = newBuffer(length);
    }
    turn.writeBytes(bytes, offset, length);
  }

  /** The lane's buffer is needed, or too small. */
  void takeBack() {
    ByteBuffer written = buffers.release();
    turn = newBuffer(written.remaining()).writeBytes(written);
  }

  private ByteBuf newBuffer(int size) {
    return channel.alloc().directBuffer(Math.max(SMALL_WRITE, size));
  }

  @Override
  public boolean flush() {
    if (buffers.has(this) && socket != null) {
      return flushDirectly(socket);
    }
    return turn == null || flushTurn(turn);
  }

  private boolean flushDirectly(DirectSocket direct) {
    ByteBuffer written = buffers.release();
    int taken;
    try {
      taken = direct.send(buffers.address(), written.limit());
    } catch (IOException e) {
      failure = e;
      channel.close();
      return false;
    }
    if (taken == written.limit()) {
      return true;
    }
    written.position(taken);
    return flushTurn(newBuffer(written.remaining()).writeBytes(written));
  }

  private boolean flushTurn(ByteBuf buffer) {
    turn = null;
    ChannelFuture written = channel.writeAndFlush(buffer);
    if (written.isDone()) {
      return written.isSuccess(); // if it failed, the channel closes, and onClosed() says so
    }
    DirectSocket direct = socket;
    socket = null; // what is written now has to wait its turn
    written.addListener(done -> {
      socket = direct;
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
    if (buffers.has(this)) {
      buffers.release();
    }
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
