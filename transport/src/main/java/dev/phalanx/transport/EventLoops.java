package dev.phalanx.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Event loops, a server's or a dialler's, on the best I/O that this machine has. */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final NativeIo io;
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(int count, DefaultThreadFactory threads, NativeIo io) {
    this.group = new MultiThreadIoEventLoopGroup(count, threads, io.factory());
    this.io = io;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop)));
  }

  static EventLoops start(int count) {
    return new EventLoops(count, new DefaultThreadFactory("hermes-lane"), NativeIo.best());
  }

  /** For those who dial: nobody is there to end what they forget, so the JVM doesn't wait. */
  static EventLoops startDaemons(int count) {
    return new EventLoops(
        count, new DefaultThreadFactory("hermes-client-lane", true), NativeIo.best());
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
      throw new IllegalArgumentException("not one of these event loops: " + loop);
    }
    return lane;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
