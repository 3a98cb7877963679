package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The other way round: who wants a value pulls it. The upstream runs as a task of its own, from the
 * first pull until its end or the stream's close.
 */
final class Pulled<T> extends AbstractSpliterator<T> {
  private final Upstream<T> upstream;
  private final ExecutionScope scope;
  private @Nullable HandOver<T> running;
  private boolean over;

  private Pulled(Upstream<T> upstream, ExecutionScope scope) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.upstream = upstream;
    this.scope = scope;
  }

  static <T> Stream<T> stream(Upstream<T> upstream, ExecutionScope scope) {
    Pulled<T> pulled = new Pulled<>(upstream, scope);
    return StreamSupport.stream(pulled, false).onClose(pulled::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super T> action) {
    if (over) {
      return false;
    }
    if (running == null) {
      running = HandOver.start(scope, List.of(upstream));
      scope.onDispose(running::awaitEnd);
    }
    return switch (receive(running.values())) {
      case Received.Value<T>(T value) -> {
        action.accept(value);
        yield true;
      }
      case Received.Completed<T>() -> {
        close();
        yield false;
      }
      case Received.Failed<T>(Throwable cause) -> {
        close();
        throw unchecked(cause);
      }
    };
  }

  private Received<T> receive(Source<T> values) {
    try {
      scope.throwIfCancelled();
      return values.receive(scope);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException(e.getMessage()).initCause(e);
    }
  }

  private void close() {
    over = true;
    HandOver<T> toStop = running;
    running = null;
    if (toStop != null) {
      try {
        toStop.stop();
      } catch (Exception e) {
        throw unchecked(e);
      }
    }
  }

  /** A stream's methods declare no exception. */
  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException e ? e : new CompletionException(failure);
  }
}
