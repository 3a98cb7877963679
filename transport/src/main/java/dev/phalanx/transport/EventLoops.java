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
  private final String scheduling;
  private final @Nullable LaneWatch watch; // null where handlers have no turns
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(
      EventLoopGroup group, NativeIo io, @Nullable LaneWatch watch, String scheduling) {
    this.scheduling = scheduling;
    this.group = group;
    this.io = io;
    this.watch = watch;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop)));
  }

  /**
   * A server's, which take turns with its handlers.
   *
   * @param carry whether they are to carry them, if the JDK lets them
   */
  static EventLoops start(int count, boolean carry) {
    NativeIo io = NativeIo.best();
    LaneWatch watch = new LaneWatch("hermes-lane-watch");
    TurnTakers group =
        new TurnTakers(count, io.factory(), watch, carry ? CarriedThreads.found() : null);
    List<LaneLoop> loops = new ArrayList<>();
    group.forEach(loop -> loops.add((LaneLoop) loop));
    watch.start(loops);
    return new EventLoops(group, io, watch, scheduling(carry));
  }

  private static String scheduling(boolean carry) {
    if (!carry) {
      return "handlers run on the JDK's scheduler";
    }
    return CarriedThreads.found() == null
        ? "handlers run on the JDK's scheduler; they cost less a message on their event loop, with "
            + CarriedThreads.remedy()
        : "handlers run on their event loop";
  }

  /** For those who dial: nobody is there to end what they forget, so the JVM doesn't wait. */
  static EventLoops startDaemons(int count) {
    NativeIo io = NativeIo.best();
    return new EventLoops(DaemonLoop.group(count, io.factory()), io, null, "");
  }

  private static final class TurnTakers extends MultiThreadIoEventLoopGroup {
    // All daemons: one of them may be stuck in a handler; the watch keeps the JVM alive.
    private static final ThreadFactory STAND_INS =
        new DefaultThreadFactory("hermes-lane-stand-in", true);
    private static final ThreadFactory WAITERS = new DefaultThreadFactory("hermes-lane-io", true);

    TurnTakers(int count, IoHandlerFactory io, LaneWatch watch, @Nullable CarriedThreads carried) {
      super(count, homes(carried != null), io, watch, carried);
    }

    private static ThreadFactory homes(boolean carrying) {
      return carrying
          ? new DefaultThreadFactory("hermes-lane", true)
          : Thread.ofVirtual().name("hermes-lane-", 1).factory();
    }

    /** Called while the constructor above runs: so what it needs comes as arguments. */
    @Override
    protected IoEventLoop newChild(Executor homes, IoHandlerFactory io, Object... args) {
      LaneWatch watch = (LaneWatch) args[0];
      return args[1] instanceof CarriedThreads threads
          ? new CarryingLoop(this, homes, io, STAND_INS, watch, threads)
          : new YieldingLoop(this, homes, io, STAND_INS, WAITERS, watch);
    }
  }

  NativeIo io() {
    return io;
  }

  /** Who runs the handlers' virtual threads, for the log. */
  String scheduling() {
    return scheduling;
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
