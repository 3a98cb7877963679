package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** Values that a {@link Producer} makes, on the thread of the run. */
record Produced<T>(Producer<T> producer) implements Upstream<T> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
    Below<T> below = new Below<>(down);
    OwnThread<T> sink = new OwnThread<>(scope, below);
    try {
      producer.produce(scope, sink);
    } catch (Throwable e) { // an Error, too, must not hide what failed below
      if (!sink.stopped(e)) {
        throw below.endedBy(e);
      }
    }
    below.end();
    scope.throwIfCancelled();
  }

  private static final class OwnThread<T> implements Sink<T> {
    private final ExecutionScope scope;
    private final Below<T> below;
    private final Thread owner = Thread.currentThread();
    private final CancellationException enough =
        new CancellationException("the stream's consumer wants no more");

    private OwnThread(ExecutionScope scope, Below<T> below) {
      this.scope = scope;
      this.below = below;
    }

    @Override
    public boolean emit(T value) {
      Objects.requireNonNull(value, "value");
      if (Thread.currentThread() != owner) {
        throw new IllegalStateException(
            "a producer's sink is for its own thread, " + owner + "; use merge or listen for more");
      }
      if (!below.wantsMore()) {
        throw enough;
      }
      scope.throwIfCancelled();
      return below.push(value);
    }

    /** Whether a producer that didn't stop was stopped by this exception. */
    @SuppressWarnings("ReferenceEquality") // this very one
    private boolean stopped(Throwable failure) {
      return failure == enough;
    }
  }
}
