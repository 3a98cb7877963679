package dev.phalanx.peers.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;

/** Once the handshake is over, makes room for the handler of its path. */
final class RouteHandler extends ChannelInboundHandlerAdapter {
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof HandshakeComplete handshake) {
      String path = handshake.requestUri();
      if (path.equals("/ws/echo")) {
        ctx.pipeline().replace(this, "echo", new EchoHandler());
      } else if (path.startsWith("/ws/relay/")) {
        ctx.pipeline().replace(this, "relay", new RelayHandler(path));
      } else {
        ctx.close();
      }
    }
  }
}
