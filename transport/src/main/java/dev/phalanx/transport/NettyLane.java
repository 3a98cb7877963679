package dev.phalanx.transport;

import dev.phalanx.aegis.CancellationToken.Registration;
import dev.phalanx.http.Lane;
import dev.phalanx.http.ReceiveBudget;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An event loop. */
final class NettyLane implements Lane {
  private final EventLoop loop;
  private final LaneBuffers buffers = new LaneBuffers();
  private volatile ReceiveBudget receiveBudget = ReceiveBudget.unlimited();

  NettyLane(EventLoop loop) {
    this.loop = loop;
  }

  /** Sets the server's budget, before the first connection. */
  void use(ReceiveBudget budget) {
    receiveBudget = budget;
  }

  @Override
  public ReceiveBudget receiveBudget() {
    return receiveBudget;
  }

  /** What its wires read into and write from. */
  LaneBuffers buffers() {
    return buffers;
  }

  /** Has epoll tell of a socket. On the lane. */
  IoRegistration register(IoHandle handle) throws IOException {
    Future<IoRegistration> registered = ((IoEventLoop) loop).register(handle);
    if (!registered.isSuccess()) {
      throw new IOException("epoll does not take the socket", registered.cause());
    }
    return registered.getNow();
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) { // shut down; but a task that is owed must still run
      Thread.ofVirtual().name("lane-after-shutdown").start(task);
    }
  }

  @Override
  public Registration schedule(Runnable task, Duration delay) {
    try {
      ScheduledFuture<?> future = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) { // shut down: there is no later
      return () -> {};
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  @Override
  public String toString() {
    return loop.toString();
  }
}
