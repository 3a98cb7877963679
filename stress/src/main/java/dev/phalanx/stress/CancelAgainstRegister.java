package dev.phalanx.stress;

import dev.phalanx.aegis.CancellationToken;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** An action is registered while the token is cancelled: it runs once, not twice, not never. */
@JCStressTest
@Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first cancelled")
@Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "the second cancelled")
@State
public class CancelAgainstRegister {
  private final CancellationToken token = CancellationToken.create();
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void first(LLL_Result r) {
    r.r1 = token.cancel("first");
  }

  @Actor
  public void second(LLL_Result r) {
    r.r2 = token.cancel("second");
  }

  @Actor
  public void registers() {
    token.onCancel(runs::incrementAndGet);
  }

  @Arbiter
  public void count(LLL_Result r) {
    r.r3 = runs.get();
  }
}
