package dev.phalanx.stress;

import dev.phalanx.aegis.OwnedScope;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A group of tasks completes while its scope is cancelled: all of it is over when the call returns.
 */
@JCStressTest
@Outcome(id = "1 2, 2, 2", expect = Expect.ACCEPTABLE, desc = "completed")
@Outcome(id = "cancelled, 0, 0", expect = Expect.ACCEPTABLE, desc = "before it began")
@Outcome(id = "cancelled, 1, 1", expect = Expect.ACCEPTABLE, desc = "what began has ended")
@Outcome(id = "cancelled, 2, 2", expect = Expect.ACCEPTABLE, desc = "what began has ended")
@State
public class CancelAgainstComplete {
  private final OwnedScope scope = Scopes.open();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  @Actor
  public void caller(LLL_Result r) {
    try {
      List<Integer> results = scope.concurrent(List.of(inner -> task(1), inner -> task(2)));
      r.r1 = results.get(0) + " " + results.get(1);
    } catch (CancellationException e) {
      r.r1 = "cancelled";
    } catch (Exception e) {
      r.r1 = e.toString();
    }
    r.r2 = begun.get();
    r.r3 = ended.get();
  }

  private int task(int number) {
    begun.incrementAndGet();
    Thread.yield();
    ended.incrementAndGet();
    return number;
  }

  @Actor
  public void canceller() {
    scope.cancellation().cancel("the peer has gone");
  }

  @Arbiter
  public void end(LLL_Result r) {
    scope.close();
  }
}
