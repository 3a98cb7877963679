package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A dialled connection until its answer is here: asks, and collects the answer, of which the body
 * within bounds. Then it stops reading: what follows is the wire's, or nobody's. Lane-confined, but
 * for {@link #answer}.
 */
final class Dialling extends ChannelInboundHandlerAdapter {
  /** So many answers that are none (1xx) are passed over. */
  private static final int MAX_INTERIM = 8;

  private final UpgradeRequest request;
  private final DialConfig config;
  private final NettyLane lane;
  private final CompletableFuture<DialledAnswer> answer = new CompletableFuture<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpResponse head; // once it is here
  private int interim;
  private boolean inputEnded;

  Dialling(UpgradeRequest request, DialConfig config, NettyLane lane) {
    this.request = request;
    this.config = config;
    this.lane = lane;
  }

  /** What came of it; completed on the lane. Any thread. */
  CompletableFuture<DialledAnswer> answer() {
    return answer;
  }

  NettyLane lane() {
    return lane;
  }

  /** Sends the request, when TLS is up. */
  void ask(ChannelHandlerContext ctx) {
    ByteBuf bytes = ctx.alloc().buffer();
    bytes.writeCharSequence(request.head(), StandardCharsets.ISO_8859_1);
    ctx.writeAndFlush(bytes)
        .addListener(written -> {
          if (!written.isSuccess()) {
            fail("the request could not be sent", written.cause());
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        begin(response);
      }
      if (message instanceof HttpContent content && head != null) {
        add(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      fail(
          "the answer is not HTTP/1.1, or its head is longer than maxHeadBytes ("
              + config.maxHeadBytes()
              + ")",
          response.decoderResult().cause());
    } else if (!AnswerDecoder.isInterim(response)) {
      head = response;
    } else if (++interim > MAX_INTERIM) {
      fail("more than " + MAX_INTERIM + " answers of status 1xx", null);
    }
  }

  private void add(ChannelHandlerContext ctx, HttpContent content) {
    int room = config.maxBodyBytes() - body.size();
    ByteBuf bytes = content.content();
    byte[] part =
        ByteBufUtil.getBytes(bytes, bytes.readerIndex(), Math.min(room, bytes.readableBytes()));
    body.write(part, 0, part.length);
    if (content instanceof LastHttpContent || bytes.readableBytes() >= room) {
      ctx.channel().config().setAutoRead(false); // the wire reads on, if there is to be one
      finish(ctx);
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    HttpResponse complete = head;
    if (complete != null) {
      Headers.Builder headers = new Headers.Builder();
      complete.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
      int status = complete.status().code();
      answer.complete(
          new NettyAnswer(ctx.channel(), lane, this, status, headers.build(), body.toByteArray()));
    }
  }

  /** Time is over: it was an answer if its head is here, whatever is missing of its body. */
  void stopWaiting(ChannelHandlerContext ctx, IOException why) {
    ctx.channel().config().setAutoRead(false);
    finish(ctx);
    answer.completeExceptionally(why);
  }

  private void fail(String what, @Nullable Throwable cause) {
    answer.completeExceptionally(new IOException(request.address() + ": " + what, cause));
  }

  boolean isInputEnded() {
    return inputEnded;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (Tls.isEndOfInput(event)) {
      inputEnded = true;
      finish(ctx); // a body may end with the connection
      fail("it closed the connection before it answered", null);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish(ctx);
    fail("the connection was closed before it answered", null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(String.valueOf(cause.getMessage()), cause);
    ctx.close();
  }
}
