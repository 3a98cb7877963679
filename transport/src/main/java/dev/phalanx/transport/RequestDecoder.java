package dev.phalanx.transport;

import dev.phalanx.http.HttpException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one request, then waits until it is answered: what was read beyond it stays undecoded. So
 * pipelined requests are answered in order and never pile up, and when a connection is upgraded,
 * the bytes after the request are still bytes. Lane-confined.
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** The first byte of a TLS handshake (RFC 8446, section 5.1); no request begins with it. */
  private static final byte TLS_HANDSHAKE = 22;

  private HeadLines head = new HeadLines();
  private boolean inHead = true;
  private @Nullable ChunkLines chunks; // null unless the body comes in chunks
  private boolean waiting;
  private boolean discarding;
  private boolean begun; // the connection's first bytes were looked at
  private Runnable arrival = () -> {};
  private Runnable tls = () -> {};

  RequestDecoder(HttpServerConfig config) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(config.maxRequestLine())
            .setMaxHeaderSize(config.maxHeaderBytes())
            .setValidateHeaders(true));
  }

  /** Takes no request any more: what comes is dropped, and fills no memory. */
  void discard() {
    discarding = true;
  }

  /** Tells when bytes of a request are here. */
  void onArrival(Runnable action) {
    arrival = action;
  }

  /** Tells when the client begins with a TLS handshake, which is then discarded. */
  void onTls(Runnable action) {
    tls = action;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!begun && message instanceof ByteBuf bytes && bytes.isReadable()) {
      begun = true;
      if (bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
        discarding = true;
        tls.run();
      }
    }
    if (discarding) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (waiting) {
      ctx.channel().config().setAutoRead(false); // so no more than one read is kept here
    } else if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      arrival.run();
    }
    super.channelRead(ctx, message);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (waiting) {
      return;
    }
    int from = in.readerIndex();
    super.decode(ctx, in, out);
    if (inHead) {
      readAlong(in, from, out);
    } else if (chunks != null) {
      chunks.follow(in, from, in.readerIndex());
      String fault = chunks.fault();
      if (fault != null) {
        fail(out, fault);
        return;
      }
    }
    waiting = !out.isEmpty() && out.getLast() instanceof LastHttpContent;
  }

  /** Netty decodes whole lines of a head, and of nothing else until it gives it out. */
  private void readAlong(ByteBuf in, int from, List<Object> out) {
    in.forEachByte(from, in.readerIndex() - from, head);
    if (!out.isEmpty() && out.getFirst() instanceof HttpRequest request) {
      inHead = false;
      String fault = head.fault();
      if (fault != null) {
        request.setDecoderResult(DecoderResult.failure(new HttpException(400, fault)));
      }
      chunks = HttpUtil.isTransferEncodingChunked(request) ? new ChunkLines() : null;
    }
  }

  /** Replaces what was decoded by a content that says what is wrong; takes nothing after it. */
  private void fail(List<Object> out, String fault) {
    out.forEach(ReferenceCountUtil::release);
    out.clear();
    HttpContent failed = new DefaultHttpContent(Unpooled.EMPTY_BUFFER);
    failed.setDecoderResult(DecoderResult.failure(new HttpException(400, fault)));
    out.add(failed);
    waiting = true;
    discarding = true;
  }

  /** The request was answered: decodes the next, if it is here already. */
  void next(ChannelHandlerContext ctx) throws Exception {
    waiting = false;
    head = new HeadLines();
    inHead = true;
    chunks = null;
    if (actualReadableBytes() > 0) {
      arrival.run();
    }
    super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
  }

  /** Not for the superclass, which would drop the requests that wait here. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
  }

  /** RFC 9112, section 6.3: two lengths are an error, and may be an attempt at smuggling. */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
  }
}
