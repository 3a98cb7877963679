package dev.phalanx.stress;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.OwnedScope;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A scope is closed while tasks are forked in it: they run to their end or not at all, and none
 * after.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "before the close")
@Outcome(id = "cancelled, 0", expect = Expect.ACCEPTABLE, desc = "stopped, or refused")
@State
public class DisposeAgainstFork {
  private final OwnedScope scope = Scopes.open();
  private final AtomicInteger running = new AtomicInteger();

  @Actor
  public void caller(LL_Result r) {
    try {
      r.r1 = scope.concurrent(List.of(this::task)).getFirst();
    } catch (CancellationException e) {
      r.r1 = "cancelled";
    } catch (Exception e) {
      r.r1 = e.toString();
    }
    r.r2 = running.get();
  }

  private int task(ExecutionScope inner) {
    running.incrementAndGet();
    try {
      inner.throwIfCancelled();
      return 1;
    } finally {
      running.decrementAndGet();
    }
  }

  @Actor
  public void closer() {
    scope.close();
  }
}
