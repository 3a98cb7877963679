package dev.phalanx.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The event loops of a server, on the best I/O that this machine has: epoll, kqueue, or NIO. */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final Class<? extends ServerSocketChannel> channelType;
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(
      int count, IoHandlerFactory io, Class<? extends ServerSocketChannel> channelType) {
    this.group =
        new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("hermes-lane"), io);
    this.channelType = channelType;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop)));
  }

  static EventLoops start(int count) {
    if (isPresent("io.netty.channel.epoll.Epoll") && Epoll.isAvailable()) {
      return new EventLoops(count, MendedEpoll.newFactory(), EpollServerSocketChannel.class);
    }
    if (isPresent("io.netty.channel.kqueue.KQueue") && KQueue.isAvailable()) {
      return new EventLoops(count, KQueueIoHandler.newFactory(), KQueueServerSocketChannel.class);
    }
    return new EventLoops(count, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  /** Native I/O comes in jars of its own, which a user may leave out. */
  private static boolean isPresent(String className) {
    try {
      Class.forName(className, false, EventLoops.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends ServerSocketChannel> channelType() {
    return channelType;
  }

  NettyLane laneOf(EventLoop loop) {
    NettyLane lane = lanes.get(loop);
    if (lane == null) {
      throw new IllegalArgumentException("not an event loop of this server: " + loop);
    }
    return lane;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
