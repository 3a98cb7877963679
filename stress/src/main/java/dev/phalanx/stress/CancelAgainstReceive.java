package dev.phalanx.stress;

import dev.phalanx.aegis.OwnedScope;
import dev.phalanx.styx.Channel;
import java.util.concurrent.CancellationException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A consumer waits in a scope that is cancelled as a value comes: it is received, or still there.
 */
@JCStressTest
@Outcome(id = "1, empty", expect = Expect.ACCEPTABLE, desc = "received")
@Outcome(id = "cancelled, 1", expect = Expect.ACCEPTABLE, desc = "still there")
@State
public class CancelAgainstReceive {
  private final OwnedScope scope = Scopes.open();
  private final Channel<Integer> channel = Channel.bounded(1);

  @Actor
  public void consumer(LL_Result r) {
    try {
      r.r1 = Uninterrupted.receive(channel, scope);
    } catch (CancellationException e) {
      r.r1 = "cancelled";
    }
  }

  @Actor
  public void canceller() {
    scope.cancellation().cancel("the peer has gone");
  }

  @Actor
  public void producer() {
    channel.tryEmit(1);
  }

  @Arbiter
  public void rest(LL_Result r) {
    r.r2 = channel.size() == 0 ? "empty" : Uninterrupted.receive(channel);
    scope.close();
  }
}
