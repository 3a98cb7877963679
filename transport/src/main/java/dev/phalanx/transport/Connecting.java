package dev.phalanx.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host, at its addresses in turn or by a proxy, within one limit. On the dialling
 * thread, which waits.
 *
 * @param tls what TLS is spoken with; null where there is none
 */
record Connecting(
    EventLoops loops, UpgradeRequest request, DialConfig config, @Nullable SslContext tls) {
  private static final AttributeKey<Dialling> DIALLING =
      AttributeKey.valueOf(Connecting.class, "dialling");

  /**
   * A channel that is connected, and whose TLS begins.
   *
   * @throws IOException of the last address, with those of the others suppressed
   */
  Dialling connect() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + config.connectTimeout().toNanos();
    Dialling dialling = connectTcp(deadline);
    boolean reached = false;
    try {
      Dialling host = Asking.await(dialling.reached(), deadline);
      reached = true;
      return host;
    } catch (TimeoutException e) {
      throw failure().noTunnelInTime();
    } finally {
      if (!reached) {
        dialling.channel().close();
      }
    }
  }

  private DialFailure failure() {
    return new DialFailure(request, config);
  }

  private Dialling connectTcp(long deadline) throws IOException, InterruptedException {
    ProxyConfig proxy = config.proxy();
    String host = proxy == null ? request.host() : proxy.host();
    int port = proxy == null ? request.port() : proxy.port();
    List<InetAddress> addresses =
        HostNames.addressesOf(host, Duration.ofNanos(deadline - System.nanoTime()));
    IOException failure = null;
    for (int i = 0; i < addresses.size(); i++) {
      long share = (deadline - System.nanoTime()) / (addresses.size() - i);
      try {
        return connectTcp(new InetSocketAddress(addresses.get(i), port), share);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new IOException(host + " has no address") : failure;
  }

  private Dialling connectTcp(InetSocketAddress address, long nanos)
      throws IOException, InterruptedException {
    ChannelFuture connecting =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.io().dialledType())
            .disableResolver()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // ours is the one
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.config().setRecvByteBufAllocator(new ReadBuffers());
                    fill(channel);
                  }
                })
            .connect(address);
    boolean connected = false;
    try {
      if (!connecting.await(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
        throw failure().notConnectedInTime(address.getAddress());
      }
      if (!connecting.isSuccess()) {
        throw failure().notConnected(address.getAddress(), connecting.cause());
      }
      connected = true;
      return connecting.channel().attr(DIALLING).get();
    } finally {
      if (!connected) {
        connecting.channel().close();
      }
    }
  }

  private void fill(Channel channel) {
    Dialling dialling = new Dialling(channel, request, config, loops.laneOf(channel.eventLoop()));
    channel.attr(DIALLING).set(dialling);
    ProxyConfig proxy = config.proxy();
    if (proxy != null) {
      AnswerDecoder decoder = AnswerDecoder.ofConnect(config);
      channel
          .pipeline()
          .addLast(decoder)
          .addLast(new ProxyTunnel(request, proxy, decoder, dialling));
    }
    if (tls != null) {
      channel
          .pipeline()
          .addLast(
              TlsHandler.of(
                  tls.newHandler(channel.alloc(), request.hostWithoutZone(), request.port())));
    }
    channel.pipeline().addLast(AnswerDecoder.ofUpgrade(config)).addLast(dialling);
  }
}
