package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A value is offered while the channel is completed. */
@JCStressTest
@Outcome(id = "ACCEPTED, 1", expect = Expect.ACCEPTABLE, desc = "before the close")
@Outcome(id = "CLOSED, end", expect = Expect.ACCEPTABLE, desc = "after it")
@State
public class CloseAgainstEmit {
  private final Channel<Integer> channel = Channel.bounded(2);

  @Actor
  public void producer(LL_Result r) {
    r.r1 = channel.tryEmit(1);
  }

  @Actor
  public void closer() {
    channel.complete();
  }

  @Arbiter
  public void consumer(LL_Result r) {
    r.r2 = Uninterrupted.receive(channel);
  }
}
