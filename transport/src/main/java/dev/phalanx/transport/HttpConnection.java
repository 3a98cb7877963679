package dev.phalanx.transport;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection while it speaks HTTP: collects a request, hands it over, writes the answer, and goes
 * on with the next, or becomes a wire. Lane-confined.
 *
 * <p>One timer runs at any time, for what is being waited for: a request's head, its body, the next
 * request, or the peer's reading of a response. While the handler works, none does.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  /** How long the peer may go on sending after a last response, before a reset would tell it. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final String TLS_TO_A_PLAIN_PORT =
      "the client speaks TLS to a port that serves plain HTTP: use http or ws";

  private static final String PLAIN_TO_A_TLS_PORT =
      "the client speaks plain HTTP to a port that serves TLS: use https or wss";

  private static final AsyncLog log = HttpServer.LOOP_LOG;

  private final HttpServerConfig config;
  private final NettyLane lane;
  private final RequestDecoder decoder;
  private final ExchangeHandler handler;
  private final ChannelGroup connections;

  private @Nullable RequestCollector collector; // the request that is arriving
  private @Nullable PendingExchange exchange; // waits for its answer
  private Registration timer = () -> {};
  private boolean receiving; // some bytes of a request have arrived
  private boolean inputEnded; // the peer sends no more than is here, and may still read
  private boolean writing; // a response is on its way
  private boolean ending; // no request is taken any more
  private boolean keepingIsNews; // HTTP/1.0: the peer must be told that the connection is kept

  HttpConnection(
      HttpServerConfig config,
      NettyLane lane,
      RequestDecoder decoder,
      ExchangeHandler handler,
      ChannelGroup connections) {
    this.config = config;
    this.lane = lane;
    this.decoder = decoder;
    this.handler = handler;
    this.connections = connections;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    decoder.onArrival(() -> onBytes(ctx));
    decoder.onTls(() -> refuse(ctx, new HttpException(400, TLS_TO_A_PLAIN_PORT)));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest(ctx, config.requestTimeout());
  }

  // ---- a request arrives ----

  private void awaitRequest(ChannelHandlerContext ctx, Duration limit) {
    receiving = false;
    restartTimer(limit, () -> timedOut(ctx));
  }

  private void read(ChannelHandlerContext ctx) {
    if (!inputEnded) { // else Netty's epoll throws: there is nothing to wait for any more
      ctx.channel().config().setAutoRead(true);
    }
  }

  /** The first bytes of a request are here: from now on it has a limit of its own. */
  private void onBytes(ChannelHandlerContext ctx) {
    if (!receiving && exchange == null && !ending) {
      receiving = true;
      restartTimer(config.requestTimeout(), () -> timedOut(ctx));
    }
  }

  private void timedOut(ChannelHandlerContext ctx) {
    if (receiving) {
      refuse(ctx, new HttpException(408, "the request took longer than requestTimeout"));
    } else {
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (ending) {
        return;
      }
      if (message instanceof HttpRequest head) {
        begin(ctx, head);
      }
      if (message instanceof HttpContent content && collector != null) {
        collector.add(content.content(), content.decoderResult());
        if (message instanceof LastHttpContent) {
          complete(ctx, collector);
        }
      }
    } catch (HttpException e) {
      refuse(ctx, e);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    collector = new RequestCollector(head, config);
    if (collector.hasBody()) {
      restartTimer(config.requestTimeout(), () -> timedOut(ctx));
    }
    if (collector.expectsContinue()) {
      ctx.writeAndFlush(ResponseFrames.of(Response.status(100), false, false));
    }
  }

  private void complete(ChannelHandlerContext ctx, RequestCollector request) {
    timer.close();
    collector = null;
    TlsSession tls = Tls.session(ctx.channel());
    Request whole = request.request(ctx.channel(), tls != null);
    ending = !request.keepsAlive();
    keepingIsNews = request.isHttp10();
    PendingExchange pending = new PendingExchange(this, ctx, lane, whole, tls, request.isHead());
    exchange = pending;
    handler.handle(pending);
  }

  // ---- its answer ----

  void respond(ChannelHandlerContext ctx, PendingExchange answered, Response response) {
    if (exchange != answered) {
      return; // the connection was lost meanwhile
    }
    exchange = null;
    write(ctx, response, answered.isHead());
  }

  /** What can't be parsed is refused, and the rest of its bytes can't be trusted. */
  private void refuse(ChannelHandlerContext ctx, HttpException refusal) {
    log.debug("{}: {} {}", ctx.channel().remoteAddress(), refusal.status(), refusal.getMessage());
    ending = true;
    collector = null;
    write(ctx, refusal.response(), false);
  }

  private void write(ChannelHandlerContext ctx, Response response, boolean withoutBody) {
    restartTimer(config.responseTimeout(), ctx::close);
    writing = true;
    FullHttpResponse framed = ResponseFrames.of(response, withoutBody, ending);
    if (keepingIsNews && !ending) {
      framed.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    ctx.writeAndFlush(framed)
        .addListener((ChannelFutureListener) written -> written(ctx, written.isSuccess()));
  }

  private void written(ChannelHandlerContext ctx, boolean success) throws Exception {
    writing = false;
    timer.close();
    if (!success) {
      ctx.close();
    } else if (ending) {
      linger(ctx);
    } else {
      awaitRequest(ctx, config.idleTimeout());
      decoder.next(ctx.pipeline().context(decoder));
      if (exchange != null) {
        return; // the next request was here; what comes after it is not read before it is answered
      }
      if (inputEnded) {
        ctx.close();
      } else {
        read(ctx);
      }
    }
  }

  /**
   * Says that no more comes, and reads on for a moment, so that no reset overtakes the response.
   */
  private void linger(ChannelHandlerContext ctx) {
    if (inputEnded) {
      ctx.close();
      return;
    }
    decoder.discard();
    Tls.shutdownOutput(ctx.channel());
    restartTimer(LINGER, ctx::close);
    read(ctx);
  }

  // ---- something else than an answer ----

  /** Becomes a wire; what was read beyond the request goes with it. */
  void upgrade(
      ChannelHandlerContext ctx, PendingExchange answered, Response handshake, UpgradedWire wire) {
    if (exchange != answered) {
      wire.closedBeforeItOpened();
      return;
    }
    exchange = null;
    ChannelFuture answer = ctx.writeAndFlush(ResponseFrames.of(handshake, false, false));
    if (wire.leavesChannel()) {
      connections.remove(ctx.channel());
    } else {
      ctx.channel().config().setAutoRead(false); // until the session says so
    }
    ctx.pipeline().addLast(wire.handler());
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(HttpResponseEncoder.class);
    ctx.pipeline().remove(decoder); // which passes on what it hasn't decoded
    wire.begins(answer, inputEnded);
  }

  // ---- the end ----

  /** The server is going down: a connection without a request closes, others with their answer. */
  void goAway(ChannelHandlerContext ctx) {
    ending = true;
    if (exchange == null && !receiving && !writing) {
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof TlsHandler.PlainHttp) {
      refuse(ctx, new HttpException(400, PLAIN_TO_A_TLS_PORT));
    }
    if (Tls.isEndOfInput(event) && !inputEnded) {
      inputEnded = true;
      if (exchange == null && !writing) {
        ctx.close();
      } else {
        ctx.channel().config().setAutoRead(false);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer.close();
    PendingExchange lost = exchange;
    exchange = null;
    if (lost != null) {
      lost.abandon();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("{}: closed after {}", ctx.channel().remoteAddress(), Tls.reason(cause));
    ctx.close();
  }

  private void restartTimer(Duration limit, Runnable action) {
    timer.close();
    timer = lane.schedule(action, limit);
  }
}
