package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;

/** From a {@link Source} down, on the thread of the run. */
record Pump<T>(Source<? extends T> source) implements Upstream<T> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
    boolean wanted = true;
    while (wanted) {
      scope.throwIfCancelled();
      wanted =
          switch (source.receive(scope)) {
            case Received.Value<? extends T>(T value) -> down.push(value);
            case Received.Completed<? extends T>() -> false;
            case Received.Failed<? extends T>(Throwable cause) -> throw Failures.thrown(cause);
          };
    }
  }
}
