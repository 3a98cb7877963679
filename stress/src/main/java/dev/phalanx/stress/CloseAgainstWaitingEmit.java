package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A producer waits for room, which the consumer makes while the channel is completed. */
@JCStressTest
@Outcome(id = "true, 0, 1", expect = Expect.ACCEPTABLE, desc = "in time")
@Outcome(id = "false, 0, end", expect = Expect.ACCEPTABLE, desc = "too late")
@State
public class CloseAgainstWaitingEmit {
  private final Channel<Integer> channel = Channel.bounded(1);

  public CloseAgainstWaitingEmit() {
    channel.tryEmit(0);
  }

  @Actor
  public void producer(LLL_Result r) {
    r.r1 = Uninterrupted.emit(channel, 1);
  }

  @Actor
  public void consumer(LLL_Result r) {
    r.r2 = Uninterrupted.receive(channel);
  }

  @Actor
  public void closer() {
    channel.complete();
  }

  @Arbiter
  public void rest(LLL_Result r) {
    r.r3 = Uninterrupted.receive(channel);
  }
}
