package dev.phalanx.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Event loops, a server's or a dialler's, on the best I/O that this machine has. */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final NativeIo io;
  private final @Nullable LaneWatch watch; // null where no loop carries threads
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(EventLoopGroup group, NativeIo io, @Nullable LaneWatch watch) {
    this.group = group;
    this.io = io;
    this.watch = watch;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop, watch)));
  }

  /** A server's, which carry its handlers' threads where the JDK lets them. */
  static EventLoops start(int count) {
    NativeIo io = NativeIo.best();
    CarriedThreads threads = CarriedThreads.found();
    if (threads == null) {
      return new EventLoops(
          new MultiThreadIoEventLoopGroup(
              count, new DefaultThreadFactory("hermes-lane"), io.factory()),
          io,
          null);
    }
    LaneWatch watch = new LaneWatch(threads, "hermes-lane-watch");
    CarryingGroup group = new CarryingGroup(count, io.factory(), watch);
    List<LaneLoop> loops = new ArrayList<>();
    group.forEach(loop -> loops.add((LaneLoop) loop));
    watch.start(loops);
    return new EventLoops(group, io, watch);
  }

  /** For those who dial: nobody is there to end what they forget, so the JVM doesn't wait. */
  static EventLoops startDaemons(int count) {
    NativeIo io = NativeIo.best();
    ThreadFactory threads = new DefaultThreadFactory("hermes-client-lane", true);
    return new EventLoops(new MultiThreadIoEventLoopGroup(count, threads, io.factory()), io, null);
  }

  private static final class CarryingGroup extends MultiThreadIoEventLoopGroup {
    // Daemons: one of them may be stuck in a handler; the watch keeps the JVM alive.
    CarryingGroup(int count, IoHandlerFactory io, LaneWatch watch) {
      super(
          count,
          new DefaultThreadFactory("hermes-lane", true),
          io,
          new DefaultThreadFactory("hermes-lane-stand-in", true),
          watch);
    }

    /** Called while the constructor above runs: so what it needs comes as arguments. */
    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... args) {
      return new LaneLoop(this, executor, io, (ThreadFactory) args[0], (LaneWatch) args[1]);
    }
  }

  NativeIo io() {
    return io;
  }

  /** Who runs the handlers' virtual threads, for the log. */
  String scheduling() {
    return watch == null
        ? "handlers run on the JDK's scheduler; they cost less a message on their event loop, with "
            + CarriedThreads.remedy()
        : "handlers run on their event loop";
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
    if (watch != null) {
      watch.close();
    }
  }
}
