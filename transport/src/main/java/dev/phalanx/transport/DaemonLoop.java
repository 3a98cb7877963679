package dev.phalanx.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop of a dialler: Netty's, on a daemon thread, and it survives everything. Netty's own
 * ends for good with the first Error that reaches it, such as an OutOfMemoryError between two
 * connections, and with it every connection that it has.
 */
final class DaemonLoop extends SingleThreadIoEventLoop {
  private static final Logger log = LoggerFactory.getLogger(HttpDialer.class);
  private static final long LONGEST_TASKS = TimeUnit.SECONDS.toNanos(1);

  /** After a fault: what can't be done now is not tried again without a pause. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private @Nullable Throwable fault; // not yet logged

  private DaemonLoop(IoEventLoopGroup group, Executor thread, IoHandlerFactory io) {
    super(group, thread, io);
  }

  /** So many loops. */
  static MultiThreadIoEventLoopGroup group(int count, IoHandlerFactory factory) {
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory("hermes-client-lane", true), factory) {
      @Override
      protected IoEventLoop newChild(Executor thread, IoHandlerFactory io, Object... args) {
        return new DaemonLoop(this, thread, io);
      }
    };
  }

  @Override
  protected void run() {
    ioHandler().initialize();
    boolean over = false;
    while (!over) {
      try {
        tellFault();
        over = turn();
      } catch (Throwable e) { // nothing is allocated here: there may be no memory
        fault = e;
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  /** Whether it was the last one. */
  private boolean turn() {
    runIo();
    if (isShuttingDown()) {
      ioHandler().prepareToDestroy();
    }
    runAllTasks(LONGEST_TASKS);
    return confirmShutdown() || canSuspend();
  }

  private void tellFault() {
    Throwable known = fault;
    if (known != null) {
      fault = null; // first: if telling fails, too, it is not told
      log.error("An event loop of clients goes on after a fault", known);
    }
  }
}
