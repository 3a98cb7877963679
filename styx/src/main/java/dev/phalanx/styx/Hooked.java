package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.Scope;
import java.util.function.Consumer;

/** An upstream with hooks; a record of one kind for each, so that one does one thing. */
sealed interface Hooked<T> extends Upstream<T> {
  /** Before anything runs above. */
  record OnStart<T>(Upstream<T> above, Scope.Hook hook) implements Hooked<T> {
    @Override
    public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
      hook.run();
      above.run(scope, down);
    }
  }

  /** When what is above has ended by itself. */
  record OnComplete<T>(Upstream<T> above, Scope.Hook hook) implements Hooked<T> {
    @Override
    public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
      Below<T> below = new Below<>(down);
      try {
        above.run(scope, below);
      } catch (Throwable e) {
        throw below.endedBy(e);
      }
      below.end();
      if (below.wantsMore()) {
        hook.run();
      }
    }
  }

  /** When something above has failed. */
  record OnError<T>(Upstream<T> above, Consumer<? super Throwable> hook) implements Hooked<T> {
    @Override
    public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
      Below<T> below = new Below<>(down);
      try {
        above.run(scope, below);
      } catch (Throwable e) {
        if (!below.hasFailed() && !Failures.isCancellation(e)) {
          tell(e);
        }
        throw below.endedBy(e);
      }
      below.end();
    }

    private void tell(Throwable failure) {
      try {
        hook.accept(failure);
      } catch (Throwable e) { // the failure itself is what the consumer must learn of
        Failures.suppress(failure, e);
      }
    }
  }

  /** When all above is over, however it ended. */
  record OnDispose<T>(Upstream<T> above, Scope.Hook hook) implements Hooked<T> {
    @Override
    public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
      Failures.inTurn(() -> above.run(scope, down), hook);
    }
  }
}
