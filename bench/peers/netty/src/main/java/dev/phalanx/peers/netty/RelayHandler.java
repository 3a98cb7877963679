package dev.phalanx.peers.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What one says, the others in the room hear. */
final class RelayHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
  private static final Map<String, ChannelGroup> rooms = new ConcurrentHashMap<>();

  private final ChannelGroup room;

  RelayHandler(String path) {
    room =
        rooms.computeIfAbsent(
            path, any -> new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    room.add(ctx.channel()); // which leaves it by itself when it is closed
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
    room.writeAndFlush(frame.retain(), ChannelMatchers.isNot(ctx.channel()), true);
  }
}
