package dev.phalanx.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import org.jspecify.annotations.Nullable;

/**
 * Brings a wire out of the channel in which it began: once the handshake has been written, it gives
 * the socket to the wire, and leaves the channel to the garbage collector. That has nothing else to
 * be released then, and nobody closes it any more. Until then it is the channel's last handler.
 * Lane-confined.
 */
final class ChannelExit extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final SocketWire wire;
  private boolean left;
  private @Nullable Throwable failure;

  ChannelExit(Channel channel, SocketWire wire) {
    this.channel = channel;
    this.wire = wire;
  }

  /**
   * Nothing is in the pipeline but this.
   *
   * @param handshake what was written before
   */
  void begins(ChannelFuture handshake) {
    handshake.addListener(written -> {
      if (written.isSuccess()) { // else the channel is being closed
        channel.deregister().addListener(done -> leave());
      }
    });
  }

  private void leave() {
    if (channel.isOpen()) {
      left = true;
      wire.takes((Socket) ((UnixChannel) channel).fd());
    } else { // closed after this was asked for: then its pipeline is empty by now
      closed();
    }
  }

  private void closed() {
    if (!left) {
      left = true;
      wire.closedInChannel(failure);
    }
  }

  /** Not for one who has left. */
  void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    channel.config().setAutoRead(false); // the rest is for the wire to read, or to leave for later
    ByteBuf bytes = (ByteBuf) message;
    try {
      wire.received(bytes.nioBuffer());
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = cause;
    ctx.close();
  }
}
