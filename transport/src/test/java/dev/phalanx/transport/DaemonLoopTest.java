package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DaemonLoopTest {
  /** I/O that fails some times, and then does its work. */
  private record Failing(IoHandler io, AtomicInteger failures) implements IoHandler {
    @Override
    public int run(IoHandlerContext context) {
      if (failures.getAndDecrement() > 0) {
        throw new OutOfMemoryError("of a test");
      }
      return io.run(context);
    }

    @Override
    public void initialize() {
      io.initialize();
    }

    @Override
    public void prepareToDestroy() {
      io.prepareToDestroy();
    }

    @Override
    public void destroy() {
      io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
      return io.register(handle);
    }

    @Override
    public void wakeup() {
      io.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return io.isCompatible(handleType);
    }
  }

  @Test
  void a_loop_goes_on_after_errors_of_its_own() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    IoHandlerFactory nio = NioIoHandler.newFactory();
    EventLoopGroup group =
        DaemonLoop.group(1, executor -> new Failing(nio.newHandler(executor), failures));
    try {
      for (int i = 0; i < 3; i++) {
        failures.set(5);
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        group.execute(() -> ran.complete(Thread.currentThread()));

        assertThat(ran.get(20, TimeUnit.SECONDS).isDaemon()).isTrue();
        CompletableFuture<Void> later = new CompletableFuture<>();
        group.schedule(() -> later.complete(null), 10, TimeUnit.MILLISECONDS);
        later.get(20, TimeUnit.SECONDS);
        assertThat(failures.get()).isNotPositive();
      }
    } finally {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
    }
    assertThat(group.isTerminated()).isTrue();
  }
}
