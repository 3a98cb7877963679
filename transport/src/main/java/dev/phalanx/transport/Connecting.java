package dev.phalanx.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host, at its addresses in turn or by a proxy, within one limit. On the dialling
 * thread, which waits.
 *
 * @param tls what TLS is spoken with; null where there is none
 */
record Connecting(
    EventLoops loops, UpgradeRequest request, DialConfig config, @Nullable SslContext tls) {

  /**
   * A channel that is connected, and whose TLS begins.
   *
   * @throws IOException of the last address, with those of the others suppressed
   */
  Channel connect() throws IOException, InterruptedException {
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
        return connect(address, share);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new IOException(host + " has no address") : failure;
  }

  private Channel connect(InetSocketAddress address, long nanos)
      throws IOException, InterruptedException {
    HttpProxyHandler proxy = proxyAt(address);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.io().dialledType())
            .disableResolver()
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // ours is the one
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.config().setRecvByteBufAllocator(new ReadBuffers());
                    fill(channel, proxy);
                  }
                })
            .connect(
                proxy == null
                    ? address
                    : InetSocketAddress.createUnresolved(request.host(), request.port()));
    return settled(connecting, proxy, address, nanos);
  }

  private @Nullable HttpProxyHandler proxyAt(InetSocketAddress address) {
    ProxyConfig known = config.proxy();
    if (known == null) {
      return null;
    }
    String username = known.username();
    String password = known.password();
    HttpProxyHandler proxy =
        username == null || password == null
            ? new HttpProxyHandler(address)
            : new HttpProxyHandler(address, username, password);
    proxy.setConnectTimeoutMillis(0); // ours is the one
    return proxy;
  }

  private void fill(Channel channel, @Nullable HttpProxyHandler proxy) {
    if (proxy != null) {
      channel.pipeline().addLast(proxy);
    }
    if (tls != null) {
      channel
          .pipeline()
          .addLast(TlsHandler.of(tls.newHandler(channel.alloc(), request.host(), request.port())));
    }
    channel
        .pipeline()
        .addLast(new AnswerDecoder(config))
        .addLast(new Dialling(request, config, loops.laneOf(channel.eventLoop())));
  }

  private Channel settled(
      ChannelFuture connecting,
      @Nullable HttpProxyHandler proxy,
      InetSocketAddress address,
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
      await(connecting, deadline, what);
      if (proxy != null) {
        await(proxy.connectFuture(), deadline, what);
      }
      connected = true;
      return connecting.channel();
    } finally {
      if (!connected) {
        connecting.channel().close();
      }
    }
  }

  private void await(Future<?> future, long deadline, String what)
      throws IOException, InterruptedException {
    if (!future.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      throw new SocketTimeoutException(
          what + " within connectTimeout (" + config.connectTimeout().toMillis() + " ms)");
    }
    if (!future.isSuccess()) {
      throw new IOException(what + ": " + reason(future.cause()), future.cause());
    }
  }

  /** What to tell of a failure: its message; what it is, where it has none. */
  static String reason(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    return message == null ? String.valueOf(cause) : message;
  }
}
