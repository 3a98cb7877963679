package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What {@link Callbacks} say, through a bounded buffer. */
record Listened<T>(int capacity, Overflow overflow, Callbacks<T> callbacks) implements Upstream<T> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
    Channel<T> buffer = Channel.bounded(capacity);
    AutoCloseable registered = register(buffer);
    Failures.inTurn(() -> new Pump<>(buffer).run(scope, down), () -> end(buffer, registered));
  }

  /** The buffer first: a callback that waits for room must not hold up the end. */
  private static void end(Channel<?> buffer, AutoCloseable registered) throws Exception {
    buffer.complete();
    registered.close();
  }

  private AutoCloseable register(Channel<T> buffer) throws Exception {
    return Objects.requireNonNull(
        callbacks.register(new Buffer<>(buffer, capacity, overflow)),
        "what unregisters the callbacks");
  }

  private static final class Buffer<T> implements CallbackSink<T> {
    private final Channel<T> channel;
    private final int capacity;
    private final Overflow overflow;
    private final LongAdder dropped = new LongAdder();

    private Buffer(Channel<T> channel, int capacity, Overflow overflow) {
      this.capacity = capacity;
      this.channel = channel;
      this.overflow = overflow;
    }

    @Override
    public boolean emit(T value) {
      Emission result = channel.tryEmit(value);
      return switch (result) {
        case ACCEPTED -> true;
        case CLOSED -> false;
        case FULL -> overflow(value);
      };
    }

    private boolean overflow(T value) {
      return switch (overflow) {
        case WAIT -> emitLater(value);
        case DROP -> drop();
        case FAIL -> {
          channel.error(
              new IllegalStateException("more than " + capacity + " values from callbacks waited"));
          yield drop();
        }
      };
    }

    private boolean emitLater(T value) {
      try {
        return channel.emit(value);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return drop();
      }
    }

    private boolean drop() {
      dropped.increment();
      return false;
    }

    @Override
    public void complete() {
      channel.complete();
    }

    @Override
    public void error(Throwable cause) {
      channel.error(cause);
    }

    @Override
    public long dropped() {
      return dropped.sum();
    }
  }
}
