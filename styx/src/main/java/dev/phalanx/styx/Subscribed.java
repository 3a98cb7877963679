package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Flow.Publisher} publishes. It is asked for as many values as the buffer has room
 * for, so a publisher that keeps the rules of Reactive Streams never finds it full.
 */
record Subscribed<T>(Flow.Publisher<? extends T> publisher) implements Upstream<T> {
  private static final int BUFFER = 64;

  @Override
  public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
    Buffer<T> buffer = new Buffer<>();
    try {
      publisher.subscribe(buffer);
      new Pump<>(buffer.channel)
          .run(
              scope,
              value -> {
                boolean wanted = down.push(value);
                if (wanted) {
                  buffer.taken();
                }
                return wanted;
              });
    } finally {
      buffer.cancel();
    }
  }

  /** Signals come on the publisher's threads, {@link #taken} and {@link #cancel} on the run's. */
  private static final class Buffer<T> implements Flow.Subscriber<T> {
    private final Channel<T> channel = Channel.bounded(BUFFER);
    private Flow.@Nullable Subscription subscription; // guarded by this
    private boolean over; // guarded by this
    private int taken; // the run's thread

    @Override
    public void onSubscribe(Flow.Subscription given) {
      if (accept(Objects.requireNonNull(given, "subscription"))) {
        given.request(BUFFER);
      } else {
        given.cancel();
      }
    }

    private synchronized boolean accept(Flow.Subscription given) {
      if (over || subscription != null) {
        return false;
      }
      subscription = given;
      return true;
    }

    @Override
    public void onNext(T value) {
      if (channel.tryEmit(value) == Emission.FULL) {
        channel.error(new IllegalStateException("the publisher sent more than it was asked for"));
        cancel();
      }
    }

    @Override
    public void onError(Throwable cause) {
      channel.error(cause);
    }

    @Override
    public void onComplete() {
      channel.complete();
    }

    /** Asks for more in lots of half the buffer, not for each. */
    private void taken() {
      if (++taken == BUFFER / 2) {
        taken = 0;
        Flow.Subscription current = current();
        if (current != null) {
          current.request(BUFFER / 2);
        }
      }
    }

    private synchronized Flow.@Nullable Subscription current() {
      return subscription;
    }

    private void cancel() {
      Flow.Subscription current;
      synchronized (this) {
        current = over ? null : subscription;
        over = true;
      }
      channel.complete();
      if (current != null) {
        current.cancel();
      }
    }
  }
}
