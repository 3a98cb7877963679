package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;

/** Netty's codec of a server, without a socket: what comes out of it is counted and released. */
final class NettyCodec {
  static final int MAX_PAYLOAD = 1 << 20;

  // Netty at its best: with what a new JDK keeps from it, and without what it watches for leaks.
  static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
  static final String USE_UNSAFE = "-Dio.netty.noUnsafe=false";
  static final String NO_LEAK_DETECTION = "-Dio.netty.leakDetection.level=disabled";

  /** What came out. */
  static final class Count {
    long messages;
  }

  private NettyCodec() {}

  /** Bytes as they come from a socket. */
  static ByteBuf direct(byte[] bytes) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
  }

  static EmbeddedChannel inbound(Count count, boolean extensions, ChannelHandler... more) {
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(MAX_PAYLOAD)
            .expectMaskedFrames(true)
            .allowExtensions(extensions)
            .build();
    EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameDecoder(config));
    channel.pipeline().addLast(more);
    channel.pipeline().addLast(new InboundEnd(count));
    return channel;
  }

  static EmbeddedChannel outbound(Count count, ChannelHandler... more) {
    EmbeddedChannel channel = new EmbeddedChannel(new OutboundEnd(count));
    channel.pipeline().addLast(more);
    return channel;
  }

  /** permessage-deflate with windows of 15 bits, as the server has it. */
  static WebSocketServerExtension deflate(int level, boolean takeover) {
    Map<String, String> parameters = new HashMap<>();
    if (!takeover) {
      parameters.put("server_no_context_takeover", null);
      parameters.put("client_no_context_takeover", null);
    }
    return new PerMessageDeflateServerExtensionHandshaker(level, true, 15, true, true, MAX_PAYLOAD)
        .handshakeExtension(new WebSocketExtensionData("permessage-deflate", parameters));
  }

  private static final class InboundEnd extends ChannelInboundHandlerAdapter {
    private final Count count;

    private InboundEnd(Count count) {
      this.count = count;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      count.messages++;
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      throw new IllegalStateException(cause);
    }
  }

  private static final class OutboundEnd extends ChannelOutboundHandlerAdapter {
    private final Count count;

    private OutboundEnd(Count count) {
      this.count = count;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      count.messages++;
      ReferenceCountUtil.release(message);
      promise.trySuccess();
    }
  }
}
