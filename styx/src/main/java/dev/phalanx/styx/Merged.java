package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;
import java.util.List;

/** Stages that run side by side, their values as they come. */
record Merged<T>(List<Upstream<? extends T>> above) implements Upstream<T> {
  @Override
  public void run(ExecutionScope scope, Downstream<? super T> down) throws Exception {
    HandOver.run(scope, above, (Source<T> values) -> new Pump<>(values).run(scope, down));
  }
}
