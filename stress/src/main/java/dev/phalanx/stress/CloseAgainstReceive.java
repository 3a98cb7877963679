package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A consumer waits while a value comes and the channel is completed. */
@JCStressTest
@Outcome(id = "ACCEPTED, 1, end", expect = Expect.ACCEPTABLE, desc = "the value, then the end")
@Outcome(id = "CLOSED, end, end", expect = Expect.ACCEPTABLE, desc = "the end, and it stays")
@State
public class CloseAgainstReceive {
  private final Channel<Integer> channel = Channel.bounded(1);

  @Actor
  public void producer(LLL_Result r) {
    r.r1 = channel.tryEmit(1);
  }

  @Actor
  public void closer() {
    channel.complete();
  }

  @Actor
  public void consumer(LLL_Result r) {
    r.r2 = Uninterrupted.receive(channel);
  }

  @Arbiter
  public void after(LLL_Result r) {
    r.r3 = Uninterrupted.receive(channel);
  }
}
