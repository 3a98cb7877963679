package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.TimeSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values that wait in a {@link Window} on their way. What is above runs as a task of its own, so
 * that time passes while it makes the next one. What waits at the end still goes out, before a
 * failure too.
 */
record Windowed<T, R>(Upstream<T> above, Function<TimeSource, Window<T, R>> windows)
    implements Upstream<R> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super R> down) throws Exception {
    Window<T, R> window = windows.apply(scope.time());
    HandOver.run(scope, List.of(above), (Source<T> values) -> pass(values, window, scope, down));
  }

  private void pass(
      Source<T> values, Window<T, R> window, ExecutionScope scope, Downstream<? super R> down)
      throws Exception {
    boolean wanted = true;
    while (wanted) {
      scope.throwIfCancelled();
      wanted = step(next(values, window, scope), window, scope.time(), down);
    }
  }

  /** The next value or the end; null when what waits has waited long enough. */
  private @Nullable Received<T> next(Source<T> values, Window<T, R> window, ExecutionScope scope)
      throws InterruptedException {
    return window.isEmpty() ? values.receive(scope) : values.receive(scope, window.deadline());
  }

  private boolean step(
      @Nullable Received<T> next, Window<T, R> window, TimeSource time, Downstream<? super R> down)
      throws Exception {
    return switch (next) {
      case null -> down.push(window.take());
      case Received.Value<T>(T value) -> add(value, window, time.nanoTime(), down);
      case Received.Completed<T>() -> {
        flush(window, down);
        yield false;
      }
      case Received.Failed<T>(Throwable cause) -> {
        if (!Failures.isCancellation(cause)) {
          flush(window, down);
        }
        throw Failures.thrown(cause);
      }
    };
  }

  private boolean add(T value, Window<T, R> window, long now, Downstream<? super R> down)
      throws Exception {
    boolean late = !window.isEmpty() && now - window.deadline() >= 0; // while values never cease
    if (late && !down.push(window.take())) {
      return false;
    }
    return !window.add(value, now) || down.push(window.take());
  }

  private void flush(Window<T, R> window, Downstream<? super R> down) throws Exception {
    if (!window.isEmpty()) {
      down.push(window.take());
    }
  }
}
