package dev.phalanx.transport;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.BackgroundLogger;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.LogLimiter;
import dev.phalanx.http.ReceiveBudget;
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
 *
 * <p>Where nobody wants a body, its request is handed over without it, and what still comes of the
 * body is dropped: {@link #MAX_DROPPED} bytes at most, in {@code requestTimeout}; then the
 * connection ends.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  /** How long the peer may go on sending after a last response, before a reset would tell it. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** How much of an unwanted body is read for the sake of the requests that may follow it. */
  private static final int MAX_DROPPED = 64 << 10;

  private static final String TLS_TO_A_PLAIN_PORT =
      "the client speaks TLS to a port that serves plain HTTP: use http or ws";

  private static final String PLAIN_TO_A_TLS_PORT =
      "the client speaks plain HTTP to a port that serves TLS: use https or wss";

  private static final BackgroundLogger log = BackgroundLogger.of(LoggerName.TRANSPORT);
  private static final LogLimiter foreignHosts = new LogLimiter();

  private final HttpServerConfig config;
  private final NettyLane lane;
  private final RequestDecoder decoder;
  private final ExchangeHandler handler;
  private final ChannelGroup connections;
  private final AllowedHosts hosts;

  private @Nullable RequestCollector collector; // the request that is arriving
  private ReceiveBudget.@Nullable Account account; // while its body is larger than the allowance
  private @Nullable PendingExchange exchange; // waits for its answer
  private Registration timer = () -> {};
  private boolean receiving; // some bytes of a request have arrived
  private boolean inputEnded; // the peer sends no more than is here, and may still read
  private boolean writing; // a response is on its way
  private boolean dropping; // the request was handed over, and its body is not yet over
  private int dropped; // bytes of that body
  private boolean ending; // no request is taken any more
  private boolean keepingIsNews; // HTTP/1.0: the peer must be told that the connection is kept

  HttpConnection(
      HttpServerConfig config,
      NettyLane lane,
      RequestDecoder decoder,
      ExchangeHandler handler,
      ChannelGroup connections,
      AllowedHosts hosts) {
    this.config = config;
    this.lane = lane;
    this.decoder = decoder;
    this.handler = handler;
    this.connections = connections;
    this.hosts = hosts;
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
      if (message instanceof HttpContent content) {
        if (collector != null) {
          collect(ctx, collector, content);
        } else if (dropping) {
          drop(ctx, content);
        }
      }
    } catch (HttpException e) {
      refuse(ctx, e);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    RequestCollector arriving = new RequestCollector(head, config);
    checkHost(ctx, arriving.host());
    collector = arriving;
    if (!arriving.hasBody()) {
      return; // its end follows at once
    }
    arriving.limitBody(handler, config);
    if (arriving.isBodyUnwanted()) {
      handOverWithoutBody(ctx, arriving, null);
    } else if (arriving.announcesTooMuch()) {
      handOverWithoutBody(ctx, arriving, arriving.tooLarge());
    } else if (arriving.announced() > ReceiveBudget.ALLOWANCE && !hasRoom()) {
      HttpException overloaded =
          new HttpException(503, "the server's receiveBudget is used up: try again in a moment");
      refuse(ctx, overloaded, overloaded.response().withHeader("Retry-After", "1"));
    } else {
      restartTimer(config.requestTimeout(), () -> timedOut(ctx));
      if (arriving.expectsContinue()) {
        ctx.writeAndFlush(ResponseFrames.of(Response.status(100), false, false));
      }
    }
  }

  private void checkHost(ChannelHandlerContext ctx, @Nullable String host) {
    if (host == null || hosts.allow(host)) {
      return;
    }
    foreignHosts.info(
        log,
        "refused a request of {} for the host {}: if this server is called so, name the host in"
            + " HttpServerConfig.withAllowedHosts",
        ctx.channel().remoteAddress(),
        host);
    throw new HttpException(403, "this server isn't known by the host of this request");
  }

  private void collect(ChannelHandlerContext ctx, RequestCollector arriving, HttpContent content) {
    if (!arriving.add(content.content(), content.decoderResult())) {
      arriving.dropBody();
      handOverWithoutBody(ctx, arriving, arriving.tooLarge());
    } else if (content instanceof LastHttpContent) {
      handOver(ctx, arriving, null);
    } else {
      account(ctx, arriving);
    }
  }

  // ---- the memory that all peers may fill ----

  private boolean hasRoom() {
    return lane.receiveBudget().hasRoomFor(ReceiveBudget.ALLOWANCE + 1);
  }

  /** Has the unfinished body counted, and stops reading where there is no room. */
  private void account(ChannelHandlerContext ctx, RequestCollector arriving) {
    if (account == null && arriving.received() <= ReceiveBudget.ALLOWANCE) {
      return;
    }
    if (account == null) {
      account = lane.receiveBudget().open(lane, new UnfinishedBody(ctx));
    }
    if (!account.hold(0, arriving.received()) && collector != null) { // else it was evicted
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void closeAccount() {
    ReceiveBudget.Account open = account;
    account = null;
    if (open != null) {
      open.close();
    }
  }

  /** The body that is arriving, as the budget sees it. */
  private final class UnfinishedBody implements ReceiveBudget.Holder {
    private final ChannelHandlerContext ctx;

    UnfinishedBody(ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    @Override
    public void measure() {
      if (account != null && collector != null) {
        account.hold(0, collector.received());
      }
    }

    @Override
    public void evict() {
      if (collector != null) {
        refuse(
            ctx,
            new HttpException(
                408, "the body is unfinished, and the server's receiveBudget is used up"));
      }
    }

    @Override
    public void resume() {
      if (collector != null) {
        read(ctx);
      }
    }
  }

  private void handOver(
      ChannelHandlerContext ctx, RequestCollector request, @Nullable HttpException refusal) {
    timer.close();
    collector = null;
    closeAccount();
    TlsSession tls = Tls.session(ctx.channel());
    Request whole = request.request(ctx.channel(), tls != null);
    ending = !request.keepsAlive();
    keepingIsNews = request.isHttp10();
    PendingExchange pending =
        new PendingExchange(this, ctx, lane, whole, tls, request.isHead(), refusal);
    exchange = pending;
    handler.handle(pending);
  }

  // ---- a body that nobody wants ----

  private void handOverWithoutBody(
      ChannelHandlerContext ctx, RequestCollector request, @Nullable HttpException refusal) {
    dropping = true;
    dropped = 0;
    handOver(ctx, request, refusal);
    // A client that expects a 100 may leave the body out, or not: what follows can't be told apart.
    if (refusal != null || request.expectsContinue() || request.announced() > MAX_DROPPED) {
      endInsteadOfDropping(ctx);
    }
  }

  private void drop(ChannelHandlerContext ctx, HttpContent content) {
    dropped += content.content().readableBytes();
    if (content.decoderResult().isFailure() || dropped > MAX_DROPPED) {
      endInsteadOfDropping(ctx);
    } else if (content instanceof LastHttpContent) {
      dropping = false;
      if (exchange == null && !writing) {
        lane.execute(() -> goOn(ctx)); // not here: the decoder is at work
      }
    }
  }

  private void goOn(ChannelHandlerContext ctx) {
    if (ending || !ctx.channel().isActive()) {
      ctx.close();
      return;
    }
    try {
      next(ctx);
    } catch (Exception e) { // of a handler in the pipeline
      exceptionCaught(ctx, e);
    }
  }

  /** Reads no more before the answer is written, and no request after it. */
  private void endInsteadOfDropping(ChannelHandlerContext ctx) {
    ending = true;
    if (exchange != null || writing) {
      ctx.channel().config().setAutoRead(false);
    } else {
      linger(ctx);
    }
  }

  // ---- its answer ----

  void respond(ChannelHandlerContext ctx, PendingExchange answered, Response response) {
    if (exchange != answered) {
      return; // the connection was lost meanwhile
    }
    exchange = null;
    try {
      write(ctx, response, answered.isHead());
    } catch (Throwable e) { // neither an exchange nor a timer may be left to end the connection
      ctx.close();
      throw e;
    }
  }

  /** What can't be parsed is refused, and the rest of its bytes can't be trusted. */
  private void refuse(ChannelHandlerContext ctx, HttpException refusal) {
    refuse(ctx, refusal, refusal.response());
  }

  private void refuse(ChannelHandlerContext ctx, HttpException refusal, Response response) {
    log.debug("{}: {} {}", ctx.channel().remoteAddress(), refusal.status(), refusal.getMessage());
    ending = true;
    collector = null;
    closeAccount();
    write(ctx, response, false);
  }

  private void write(ChannelHandlerContext ctx, Response response, boolean withoutBody) {
    restartTimer(config.responseTimeout(), ctx::close);
    writing = true;
    ending |= ResponseFrames.isLast(response);
    FullHttpResponse framed = ResponseFrames.of(response, withoutBody, ending);
    if (keepingIsNews && !ending) {
      ResponseFrames.connection(framed.headers(), HttpHeaderValues.KEEP_ALIVE);
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
    } else if (dropping) {
      awaitEndOfBody(ctx);
    } else {
      next(ctx);
    }
  }

  private void awaitEndOfBody(ChannelHandlerContext ctx) {
    if (inputEnded) {
      ctx.close();
    } else {
      restartTimer(config.requestTimeout(), ctx::close);
      read(ctx);
    }
  }

  private void next(ChannelHandlerContext ctx) throws Exception {
    awaitRequest(ctx, config.idleTimeout());
    decoder.next(ctx.pipeline().context(decoder));
    if (exchange != null && (!dropping || ending)) {
      return; // the next request was here; what comes after it is not read before it is answered
    }
    if (exchange == null && inputEnded) {
      ctx.close();
    } else {
      read(ctx);
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
    if (dropping) { // what comes next is not the new protocol's
      wire.closedBeforeItOpened();
      respond(ctx, answered, Response.error(400, "a request to upgrade must have no body"));
      return;
    }
    exchange = null;
    boolean hearsOfTheEnd = false;
    try {
      ChannelFuture answer = ctx.writeAndFlush(ResponseFrames.of(handshake, false, false));
      if (wire.leavesChannel()) {
        connections.remove(ctx.channel());
      } else {
        ctx.channel().config().setAutoRead(false); // until the session says so
      }
      ctx.pipeline().addLast(wire.handler());
      hearsOfTheEnd = true;
      ctx.pipeline().remove(this);
      ctx.pipeline().remove(HttpResponseEncoder.class);
      ctx.pipeline().remove(decoder); // which passes on what it hasn't decoded
      wire.begins(answer, inputEnded);
    } catch (Throwable e) { // the session's thread waits for its wire to end
      if (!hearsOfTheEnd) {
        wire.closedBeforeItOpened();
      }
      ctx.close();
      throw e;
    }
  }

  // ---- the end ----

  /** The server is going down: a connection without a request closes, others with their answer. */
  void goAway(ChannelHandlerContext ctx) {
    ending = true;
    if (exchange == null && !writing && (dropping || !receiving)) {
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
    collector = null;
    closeAccount();
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
