package dev.phalanx.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to hosts, and asks them for an upgrade. All its connections share a few event loops,
 * whose threads are daemons: neither they nor a connection keep the JVM alive. Any thread but a
 * lane; the calling thread waits, and may be interrupted.
 */
public final class HttpDialer implements Dialer {
  private final EventLoops loops;
  private final boolean shared;
  private final ClientContexts contexts = new ClientContexts();

  private HttpDialer(EventLoops loops, boolean shared) {
    this.loops = loops;
    this.shared = shared;
  }

  /** A dialler of one's own, to be closed. */
  public static HttpDialer start(int eventLoops) {
    if (eventLoops < 1 || eventLoops > 1_024) {
      throw new IllegalArgumentException("eventLoops must be 1 to 1024, not " + eventLoops);
    }
    return new HttpDialer(EventLoops.startDaemons(eventLoops), false);
  }

  /**
   * The dialler of the process, started with the first use: with as many event loops as there are
   * processors, 4 at most. {@link #close} does nothing to it.
   */
  public static HttpDialer shared() {
    return Shared.DIALER;
  }

  private static final class Shared {
    private static final HttpDialer DIALER =
        new HttpDialer(
            EventLoops.startDaemons(Math.min(4, Runtime.getRuntime().availableProcessors())), true);
  }

  /**
   * Connects, asks, and waits for the answer, whatever its status. Several addresses are tried in
   * turn, each with its share of the time that is left.
   *
   * @throws IOException that names host and port; a {@link SocketTimeoutException} names the
   *     setting that ran out, an {@link SSLException} says why the host isn't trusted
   * @throws InterruptedException if the calling thread is interrupted; then the connection is
   *     closed
   */
  @Override
  public DialledAnswer dial(UpgradeRequest request, DialConfig config)
      throws IOException, InterruptedException {
    SslContext tls = request.secure() ? contexts.get(config.tls()) : null;
    Channel channel = connect(request, config, tls);
    boolean answered = false;
    try {
      DialledAnswer answer = ask(channel, request, config);
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        channel.close();
      }
    }
  }

  // ---- connecting ----

  private Channel connect(UpgradeRequest request, DialConfig config, @Nullable SslContext tls)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + config.connectTimeout().toNanos();
    ProxyConfig proxy = config.proxy();
    String host = proxy == null ? request.host() : proxy.host();
    int port = proxy == null ? request.port() : proxy.port();
    List<InetAddress> addresses =
        HostNames.addressesOf(host, Duration.ofNanos(deadline - System.nanoTime()));
    IOException failure = null;
    for (int i = 0; i < addresses.size(); i++) {
      long share = (deadline - System.nanoTime()) / (addresses.size() - i);
      InetSocketAddress address = new InetSocketAddress(addresses.get(i), port);
      try {
        return connect(address, request, config, tls, share);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new IOException(host + " has no address") : failure;
  }

  private Channel connect(
      InetSocketAddress address,
      UpgradeRequest request,
      DialConfig config,
      @Nullable SslContext tls,
      long nanos)
      throws IOException, InterruptedException {
    HttpProxyHandler proxy = proxyAt(address, config.proxy());
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.io().dialledType())
            .disableResolver()
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // ours is the one
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.config().setRecvByteBufAllocator(new ReadBuffers());
                    fill(channel, proxy, tls, request, config);
                  }
                })
            .connect(
                proxy == null
                    ? address
                    : InetSocketAddress.createUnresolved(request.host(), request.port()));
    return settled(connecting, proxy, address, request, config, nanos);
  }

  private void fill(
      Channel channel,
      @Nullable HttpProxyHandler proxy,
      @Nullable SslContext tls,
      UpgradeRequest request,
      DialConfig config) {
    if (proxy != null) {
      channel.pipeline().addLast(proxy);
    }
    if (tls != null) {
      SslHandler handler = tls.newHandler(channel.alloc(), request.host(), request.port());
      handler.setHandshakeTimeoutMillis(0); // ours is the one
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(new AnswerDecoder(config))
        .addLast(new Dialling(request, config, loops.laneOf(channel.eventLoop())));
  }

  private static @Nullable HttpProxyHandler proxyAt(
      InetSocketAddress address, @Nullable ProxyConfig config) {
    if (config == null) {
      return null;
    }
    String username = config.username();
    String password = config.password();
    HttpProxyHandler proxy =
        username == null || password == null
            ? new HttpProxyHandler(address)
            : new HttpProxyHandler(address, username, password);
    proxy.setConnectTimeoutMillis(0); // ours is the one
    return proxy;
  }

  private static Channel settled(
      ChannelFuture connecting,
      @Nullable HttpProxyHandler proxy,
      InetSocketAddress address,
      UpgradeRequest request,
      DialConfig config,
      long nanos)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + nanos;
    String what =
        "cannot connect to "
            + request.address()
            + (proxy == null ? " (" : " by the proxy (")
            + address.getAddress().getHostAddress()
            + ")";
    boolean connected = false;
    try {
      await(connecting, deadline, what, config);
      if (proxy != null) {
        await(proxy.connectFuture(), deadline, what, config);
      }
      connected = true;
      return connecting.channel();
    } finally {
      if (!connected) {
        connecting.channel().close();
      }
    }
  }

  private static void await(Future<?> future, long deadline, String what, DialConfig config)
      throws IOException, InterruptedException {
    if (!future.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      throw new SocketTimeoutException(
          what + " within connectTimeout (" + config.connectTimeout().toMillis() + " ms)");
    }
    if (!future.isSuccess()) {
      throw new IOException(what + ": " + reason(future.cause()), future.cause());
    }
  }

  private static String reason(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    return message == null ? String.valueOf(cause) : message;
  }

  // ---- asking ----

  private static DialledAnswer ask(Channel channel, UpgradeRequest request, DialConfig config)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + config.handshakeTimeout().toNanos();
    var context = channel.pipeline().context(Dialling.class);
    if (context == null) {
      throw new IOException(request.address() + ": the connection was closed at once");
    }
    Dialling dialling = (Dialling) context.handler();
    awaitTls(channel, request, config, deadline);
    dialling.lane().execute(() -> dialling.ask(context));
    try {
      return answer(dialling, Math.max(0, deadline - System.nanoTime()));
    } catch (TimeoutException e) {
      IOException why = timedOut(request, config, "no answer");
      dialling.lane().execute(() -> dialling.stopWaiting(context, why));
    }
    try {
      return answer(dialling, Long.MAX_VALUE); // the lane says at once
    } catch (TimeoutException impossible) {
      throw timedOut(request, config, "no answer");
    }
  }

  private static DialledAnswer answer(Dialling dialling, long nanos)
      throws IOException, InterruptedException, TimeoutException {
    try {
      return dialling.answer().get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static void awaitTls(
      Channel channel, UpgradeRequest request, DialConfig config, long deadline)
      throws IOException, InterruptedException {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return;
    }
    Future<Channel> handshake = tls.handshakeFuture();
    if (!handshake.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      throw timedOut(request, config, "TLS not established");
    }
    if (!handshake.isSuccess()) {
      String why = reason(handshake.cause());
      throw new SSLException(
          "TLS with " + request.address() + " failed: " + why, handshake.cause());
    }
  }

  private static SocketTimeoutException timedOut(
      UpgradeRequest request, DialConfig config, String what) {
    long limit = config.handshakeTimeout().toMillis();
    return new SocketTimeoutException(
        request.address() + ": " + what + " within handshakeTimeout (" + limit + " ms)");
  }

  /** Closes every connection, and ends the event loops, unless they are the shared ones. */
  @Override
  public void close() {
    if (!shared) {
      loops.close();
    }
  }
}
