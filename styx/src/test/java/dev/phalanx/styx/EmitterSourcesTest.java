package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** Each kind of source, by one contract. */
class EmitterSourcesTest {
  @Nested
  class A_producer extends SourceContract {
    @Override
    Emitter<Integer> of(List<Integer> values, @Nullable Exception failure) {
      return Emitter.produce((inner, sink) -> {
        started.incrementAndGet();
        try {
          for (int value : values) {
            if (!sink.emit(value)) {
              return;
            }
          }
          if (failure != null) {
            throw failure;
          }
        } finally {
          ended.incrementAndGet();
        }
      });
    }

    @Override
    Emitter<Integer> silentAfter(int value) {
      return Emitter.produce((inner, sink) -> {
        try {
          if (sink.emit(value)) {
            inner.delay(Duration.ofHours(1));
          }
        } finally {
          ended.incrementAndGet();
        }
      });
    }
  }

  @Nested
  class A_channel extends SourceContract {
    @Override
    Emitter<Integer> of(List<Integer> values, @Nullable Exception failure) {
      return Emitter.<Integer>produce((inner, sink) -> {
        Channel<Integer> channel = Channel.bounded(8);
        values.forEach(channel::tryEmit);
        assertThat(failure == null ? channel.complete() : channel.error(failure)).isTrue();
        hooked(Emitter.from(channel)).forEach(inner, sink::emit);
      });
    }

    @Override
    Emitter<Integer> silentAfter(int value) {
      Channel<Integer> channel = Channel.bounded(8);
      channel.tryEmit(value);
      return hooked(Emitter.from(channel));
    }

    private Emitter<Integer> hooked(Emitter<Integer> emitter) {
      return emitter.onStart(started::incrementAndGet).onDispose(ended::incrementAndGet);
    }
  }

  @Nested
  class An_iterable extends SourceContract {
    @Override
    Emitter<Integer> of(List<Integer> values, @Nullable Exception failure) {
      return hooked(() -> new Failing(values.iterator(), failure));
    }

    @Override
    Emitter<Integer> silentAfter(int value) {
      return hooked(() ->
          new Failing(List.of(value).iterator(), null) {
            @Override
            public boolean hasNext() {
              return super.hasNext() || silence();
            }
          });
    }

    /** An iterator that waits: it can be interrupted, as a channel's can. */
    private boolean silence() {
      Channel<Integer> nothing = Channel.bounded(1);
      try {
        nothing.receive(scope);
        return false;
      } catch (InterruptedException e) {
        throw sneaky(e);
      }
    }

    private Emitter<Integer> hooked(Iterable<Integer> values) {
      return Emitter.from(values)
          .onStart(started::incrementAndGet)
          .onDispose(ended::incrementAndGet);
    }
  }

  private static class Failing implements Iterator<Integer> {
    private final Iterator<Integer> values;
    private final @Nullable Exception failure;

    Failing(Iterator<Integer> values, @Nullable Exception failure) {
      this.values = values;
      this.failure = failure;
    }

    @Override
    public boolean hasNext() {
      if (!values.hasNext() && failure != null) {
        throw sneaky(failure);
      }
      return values.hasNext();
    }

    @Override
    public Integer next() {
      return values.next();
    }
  }

  @Nested
  class Callbacks_ extends SourceContract {
    @Override
    Emitter<Integer> of(List<Integer> values, @Nullable Exception failure) {
      return Emitter.listen(
          2,
          Overflow.WAIT,
          sink -> {
            started.incrementAndGet();
            Thread caller =
                Thread.ofVirtual()
                    .start(() -> {
                      values.forEach(sink::emit);
                      if (failure == null) {
                        sink.complete();
                      } else {
                        sink.error(failure);
                      }
                    });
            return () -> {
              caller.join();
              ended.incrementAndGet();
            };
          });
    }

    @Override
    Emitter<Integer> silentAfter(int value) {
      return Emitter.listen(
          1,
          Overflow.FAIL,
          sink -> {
            sink.emit(value);
            return ended::incrementAndGet;
          });
    }
  }

  @Nested
  class A_publisher extends SourceContract {
    @Override
    Emitter<Integer> of(List<Integer> values, @Nullable Exception failure) {
      return Emitter.from(subscriber -> {
        started.incrementAndGet();
        subscriber.onSubscribe(new Silent());
        values.forEach(subscriber::onNext);
        if (failure == null) {
          subscriber.onComplete();
        } else {
          subscriber.onError(failure);
        }
      });
    }

    @Override
    Emitter<Integer> silentAfter(int value) {
      return Emitter.from(subscriber -> {
        subscriber.onSubscribe(new Silent());
        subscriber.onNext(value);
      });
    }

    private final class Silent implements Flow.Subscription {
      private final AtomicBoolean cancelled = new AtomicBoolean();

      @Override
      public void request(long count) {}

      @Override
      public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
          ended.incrementAndGet();
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException sneaky(Exception failure) throws E {
    throw (E) failure;
  }
}
