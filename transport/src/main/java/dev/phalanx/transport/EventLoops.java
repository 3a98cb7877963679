package dev.phalanx.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The event loops of a server, on the best I/O that this machine has. */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final NativeIo io;
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(int count, NativeIo io) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("hermes-lane"), io.factory());
    this.io = io;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop)));
  }

  static EventLoops start(int count) {
    return new EventLoops(count, NativeIo.best());
  }

  NativeIo io() {
    return io;
  }

  EventLoopGroup group() {
    return group;
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
