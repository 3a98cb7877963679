package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A dialled connection until its answer is here: asks when the way to the host is free, and
 * collects the answer, of which the body within bounds. Then it stops reading: what follows is the
 * wire's, or nobody's.
 *
 * <p>Every phase ends here, well or badly: this is the last handler of the pipeline, and until the
 * answer is here, an end of input closes the channel, so that no handler before it waits for more.
 * Lane-confined, but for {@link #reached}, {@link #answer} and {@link #phase}.
 */
final class Dialling extends ChannelInboundHandlerAdapter {
  /** So many answers that are none (1xx) are passed over. */
  private static final int MAX_INTERIM = 8;

  private final Channel channel;
  private final UpgradeRequest request;
  private final DialConfig config;
  private final DialFailure failure;
  private final NettyLane lane;
  private final CompletableFuture<Dialling> reached = new CompletableFuture<>();
  private final CompletableFuture<DialledAnswer> answer = new CompletableFuture<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private volatile DialPhase phase;
  private @Nullable HttpResponse head; // once it is here
  private int interim;
  private boolean inputEnded;

  Dialling(Channel channel, UpgradeRequest request, DialConfig config, NettyLane lane) {
    this.channel = channel;
    this.request = request;
    this.config = config;
    this.failure = new DialFailure(request, config);
    this.lane = lane;
    this.phase = config.proxy() == null ? afterProxy() : DialPhase.PROXY;
  }

  private DialPhase afterProxy() {
    return request.secure() ? DialPhase.TLS : DialPhase.ANSWER;
  }

  /** Completed when the host is connected, by the proxy where there is one. Any thread. */
  CompletableFuture<Dialling> reached() {
    return reached;
  }

  /** What came of it; completed on the lane. Any thread. */
  CompletableFuture<DialledAnswer> answer() {
    return answer;
  }

  /** How far it has come. Any thread. */
  DialPhase phase() {
    return phase;
  }

  Channel channel() {
    return channel;
  }

  NettyLane lane() {
    return lane;
  }

  /** The host is connected; a handler before this one begins TLS, where it is spoken. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    phase = afterProxy();
    reached.complete(this);
    if (phase == DialPhase.ANSWER) {
      ask(ctx);
    }
  }

  private void ask(ChannelHandlerContext ctx) {
    ByteBuf bytes = ctx.alloc().buffer();
    bytes.writeCharSequence(request.head(), StandardCharsets.ISO_8859_1);
    ctx.writeAndFlush(bytes)
        .addListener(written -> {
          Throwable cause = written.cause();
          if (cause != null) {
            fail(failure.of(phase, cause));
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
        add(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      notHttp(response.decoderResult().cause());
    } else if (!AnswerDecoder.isInterim(response)) {
      head = response;
    } else if (++interim > MAX_INTERIM) {
      refused("more than " + MAX_INTERIM + " answers of status 1xx");
    }
  }

  private void add(HttpContent content) {
    int room = config.maxBodyBytes() - body.size();
    ByteBuf bytes = content.content();
    byte[] part =
        ByteBufUtil.getBytes(bytes, bytes.readerIndex(), Math.min(room, bytes.readableBytes()));
    body.write(part, 0, part.length);
    if (content instanceof LastHttpContent || bytes.readableBytes() >= room) {
      finish();
    }
  }

  private void finish() {
    HttpResponse complete = head;
    if (complete == null || answer.isDone()) {
      return;
    }
    channel.config().setAutoRead(false); // the wire reads on, if there is to be one
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // and hears of the end
    Headers.Builder headers = new Headers.Builder();
    complete.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    int status = complete.status().code();
    answer.complete(
        new NettyAnswer(channel, lane, this, status, headers.build(), body.toByteArray()));
  }

  /** Time is over: it was an answer if its head is here, whatever is missing of its body. */
  void stopWaiting(IOException why) {
    finish();
    fail(why);
  }

  /** The answer, the proxy's or the host's, could not be decoded. */
  void notHttp(Throwable cause) {
    fail(failure.notHttp(phase, cause));
  }

  /** The answer, the proxy's or the host's, is not what was asked for. */
  void refused(String why) {
    fail(failure.refused(phase, why, null));
  }

  private void fail(IOException why) {
    reached.completeExceptionally(why);
    answer.completeExceptionally(why);
  }

  boolean isInputEnded() {
    return inputEnded;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      Throwable cause = handshake.cause();
      if (cause == null) {
        phase = DialPhase.ANSWER;
        ask(ctx);
      } else {
        fail(failure.of(DialPhase.TLS, cause));
      }
    } else if (Tls.isEndOfInput(event)) {
      inputEnded = true;
      ended();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
  }

  private void ended() {
    finish(); // a body may end with the connection
    fail(failure.closed(phase));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(failure.of(phase, cause));
    ctx.close();
  }
}
