package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A channel is completed and fails at once: one of them was first, and all see which. */
@JCStressTest
@Outcome(id = "true, false, end", expect = Expect.ACCEPTABLE, desc = "completed")
@Outcome(id = "false, true, failed", expect = Expect.ACCEPTABLE, desc = "failed")
@State
public class CompleteAgainstError {
  private static final Exception BROKEN = new Exception("broken");

  private final Channel<Integer> channel = Channel.bounded(1);

  @Actor
  public void completes(LLL_Result r) {
    r.r1 = channel.complete();
  }

  @Actor
  public void fails(LLL_Result r) {
    r.r2 = channel.error(BROKEN);
  }

  @Arbiter
  public void consumer(LLL_Result r) {
    r.r3 = Uninterrupted.receive(channel);
  }
}
