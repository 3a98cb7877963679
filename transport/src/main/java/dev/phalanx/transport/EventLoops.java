package dev.phalanx.transport;

import dev.phalanx.http.ReceiveBudget;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Event loops, a server's or a dialler's, on the best I/O that this machine has. */
final class EventLoops implements AutoCloseable {
  private final EventLoopGroup group;
  private final NativeIo io;
  private final BlockedLoopWatchdog watchdog;
  private final Map<EventExecutor, NettyLane> lanes = new HashMap<>();

  private EventLoops(EventLoopGroup group, NativeIo io, BlockedLoopWatchdog watchdog) {
    this.group = group;
    this.io = io;
    this.watchdog = watchdog;
    group.forEach(loop -> lanes.put(loop, new NettyLane((EventLoop) loop)));
  }

  /**
   * A server's event loops. The JVM goes on until they are closed.
   *
   * @param mayEndProcess see {@link HttpServerConfig#withProcess}
   */
  static EventLoops start(int count, boolean mayEndProcess) {
    return start(
        "hermes-lane", count, new BlockedLoopWatchdog("hermes-watchdog", false, mayEndProcess));
  }

  /** A dialler's event loops: no code may be there to close them, so the JVM doesn't wait. */
  static EventLoops startDaemons(int count) {
    return start(
        "hermes-client-lane",
        count,
        new BlockedLoopWatchdog("hermes-client-watchdog", true, false));
  }

  private static EventLoops start(String name, int count, BlockedLoopWatchdog watchdog) {
    NativeIo io = NativeIo.best();
    initializeBuffers();
    Loops group = new Loops(name, count, io.factory(), watchdog);
    List<VirtualEventLoop> loops = new ArrayList<>();
    group.forEach(loop -> loops.add((VirtualEventLoop) loop));
    loops.forEach(VirtualEventLoop::startDeputy);
    loops.forEach(loop -> loop.execute(() -> {})); // begins now, and not when carriers are held
    watchdog.start(loops);
    return new EventLoops(group, io, watchdog);
  }

  /**
   * The first buffer makes Netty register its events with the JDK's Flight Recorder, which takes a
   * tenth of a second: here, and not in an event loop that has connections.
   */
  private static void initializeBuffers() {
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
  }

  private static final class Loops extends MultiThreadIoEventLoopGroup {
    Loops(String name, int count, IoHandlerFactory io, BlockedLoopWatchdog watchdog) {
      super(
          count,
          Thread.ofVirtual().name(name + "-", 1).factory(),
          io,
          watchdog,
          name,
          new AtomicInteger());
    }

    /** Called while the constructor above runs: so what it needs comes as arguments. */
    @Override
    protected IoEventLoop newChild(Executor homes, IoHandlerFactory io, Object... args) {
      BlockedLoopWatchdog watchdog = (BlockedLoopWatchdog) args[0];
      int number = ((AtomicInteger) args[2]).incrementAndGet();
      return new VirtualEventLoop(this, homes, io, watchdog, args[1] + "-" + number);
    }
  }

  NativeIo io() {
    return io;
  }

  EventLoopGroup group() {
    return group;
  }

  /** The event loops that have not turned for seconds, each with what is known; often none. */
  List<String> blocked() {
    return watchdog.blockedLoops();
  }

  /** How often the virtual threads of these loops have had a carrier. */
  long homeTurns() {
    long turns = 0;
    for (EventExecutor loop : group) {
      turns += ((VirtualEventLoop) loop).homeTurns();
    }
    return turns;
  }

  /** Sets what the peers of all these loops may fill of the memory, before the first connection. */
  void use(ReceiveBudget budget) {
    lanes.values().forEach(lane -> lane.use(budget));
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
    watchdog.close();
  }
}
