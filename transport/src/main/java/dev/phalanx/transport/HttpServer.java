package dev.phalanx.transport;

import dev.phalanx.http.ReceiveBudget;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, and gives the requests of all connections to a handler. Any thread but a lane. */
public final class HttpServer implements HttpListener {
  private static final Logger log = LoggerFactory.getLogger(LoggerName.TRANSPORT);

  private final EventLoops loops;
  private final @Nullable ServerTls tls;
  private final Channel listener;
  private final ChannelGroup connections;
  private final AtomicBoolean stopped;
  private final AtomicReference<StarvationGuard.@Nullable Guarded> guarded =
      new AtomicReference<>();

  private HttpServer(
      EventLoops loops,
      @Nullable ServerTls tls,
      Channel listener,
      ChannelGroup connections,
      AtomicBoolean stopped) {
    this.loops = loops;
    this.tls = tls;
    this.listener = listener;
    this.connections = connections;
    this.stopped = stopped;
  }

  /**
   * Begins to listen.
   *
   * @param address where; port 0 is any free one
   * @throws IOException that names the address, if it can't be listened at, or the file, if TLS
   *     can't be had from it
   */
  public static HttpServer listen(
      InetSocketAddress address, HttpServerConfig config, ExchangeHandler handler)
      throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("cannot listen at " + address.getHostString() + ": no such host");
    }
    ServerTls tls = config.tls() == null ? null : ServerTls.start(config.tls());
    EventLoops loops = EventLoops.start(config.eventLoops(), config.ownsProcess());
    loops.use(ReceiveBudget.of(config.receiveBudget()));
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    AtomicBoolean stopped = new AtomicBoolean();
    AllowedHosts hosts = new AllowedHosts(config.allowedHosts());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.io().channelType())
            .option(ChannelOption.SO_BACKLOG, config.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    if (stopped
                        .get()) { // after adding: either this sees it, or it sees the channel
                      channel.eventLoop().execute(() -> goAway(channel));
                    }
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel.config().setRecvByteBufAllocator(new ReadBuffers());
                    RequestDecoder decoder = new RequestDecoder(config);
                    NettyLane lane = loops.laneOf(channel.eventLoop());
                    channel
                        .pipeline()
                        .addLast(decoder)
                        .addLast(new HttpResponseEncoder())
                        .addLast(
                            new HttpConnection(config, lane, decoder, handler, connections, hosts));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.close();
      if (tls != null) {
        tls.close();
      }
      String host = address.getHostString() + ":" + address.getPort();
      throw new IOException(
          "cannot listen at " + host + ": " + bound.cause().getMessage(), bound.cause());
    }
    // Netty stops accepting after an error, for a second. An error at that place, such as an
    // OutOfMemoryError, would stop it for ever.
    ChannelConfig listening = bound.channel().config();
    ((VirtualEventLoop) bound.channel().eventLoop())
        .withEachBeat(() -> listening.setAutoRead(true));
    bound.channel().pipeline().addLast(new AcceptFailures());
    log.info("I/O: {}", loops.io().description());
    if (tls != null) {
      log.info("TLS: {}", tls.provider());
    }
    if (config.allowedHosts().isEmpty() && address.getAddress().isLoopbackAddress()) {
      log.warn(
          "Requests may name any host: a page of another site can reach this server by DNS"
              + " rebinding, although it listens at {} only. Name the hosts that it is called by"
              + " with HttpServerConfig.withAllowedHosts(\"localhost\", …), or \"*\" for any",
          address.getAddress().getHostAddress());
    }
    HttpServer server = new HttpServer(loops, tls, bound.channel(), connections, stopped);
    if (config.ownsProcess()) {
      server.guard(handler);
    }
    return server;
  }

  private void guard(ExchangeHandler handler) {
    StarvationGuard.Guarded server =
        new StarvationGuard.Guarded() {
          @Override
          public Set<Thread> handlers() {
            return handler.threads();
          }

          @Override
          public long homeTurns() {
            return loops.homeTurns();
          }
        };
    try {
      StarvationGuard.acquire(server);
    } catch (Throwable e) { // no thread for it
      close();
      throw e;
    }
    guarded.set(server);
  }

  /** Where it listens; with the port that was found, if any was asked for. */
  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public List<String> blockedLoops() {
    return loops.blocked();
  }

  @Override
  public void stopAccepting() {
    stopped.set(true);
    listener.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    for (Channel channel : connections) {
      channel.eventLoop().execute(() -> goAway(channel));
    }
  }

  private static void goAway(Channel channel) {
    ChannelHandlerContext ctx = channel.pipeline().context(HttpConnection.class);
    if (ctx != null) {
      ((HttpConnection) ctx.handler()).goAway(ctx);
    }
  }

  /** Closes every connection, and ends the event loops. Waits for a few seconds at most. */
  @Override
  public void close() {
    stopAccepting();
    connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    loops.close();
    StarvationGuard.Guarded server = guarded.getAndSet(null);
    if (server != null) {
      StarvationGuard.release(server);
    }
    if (tls != null) {
      tls.close();
    }
  }
}
