package dev.phalanx.transport;

import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.util.function.Function;

/** What a channel becomes once it has spoken HTTP. Its methods are for the lane. */
interface UpgradedWire extends Wire {
  /**
   * A wire over a channel: past the channel, where that is a mere socket.
   *
   * @param session is given the wire, on the calling thread, and says who hears of it
   */
  static UpgradedWire over(Channel channel, NettyLane lane, Function<Wire, WireHandler> session) {
    return NativeIo.isSocketOfEpoll(channel)
        ? new SocketWire(channel, lane, session)
        : new NettyWire(channel, lane, session);
  }

  /** The channel's last handler, in place of those of HTTP, and before they go. */
  ChannelHandler handler();

  /** Whether the channel is of no use any more. */
  boolean leavesChannel();

  /**
   * Those of HTTP have gone.
   *
   * @param handshake what was written before
   * @param inputEnded whether they have heard that the peer sends no more
   */
  void begins(ChannelFuture handshake, boolean inputEnded);

  /** The channel was closed before it became this wire. */
  void closedBeforeItOpened();
}
