package dev.phalanx.stress;

import dev.phalanx.aegis.OwnedScope;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Hooks are registered while the scope is closed, twice: each runs, and once. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each once")
@State
public class DisposeAgainstHook {
  private final OwnedScope scope = Scopes.open();
  private final AtomicInteger early = new AtomicInteger();
  private final AtomicInteger meanwhile = new AtomicInteger();

  public DisposeAgainstHook() {
    scope.onDispose(early::incrementAndGet);
  }

  @Actor
  public void registers() {
    scope.onDispose(meanwhile::incrementAndGet);
  }

  @Actor
  public void closer() {
    scope.close();
  }

  @Actor
  public void closesToo() {
    scope.close();
  }

  @Arbiter
  public void count(II_Result r) {
    r.r1 = early.get();
    r.r2 = meanwhile.get();
  }
}
