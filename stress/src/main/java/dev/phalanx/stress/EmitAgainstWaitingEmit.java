package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two producers wait for one place, which the consumer makes twice: both get their turn. */
@JCStressTest
@Outcome(
    id = "true, true, 3",
    expect = Expect.ACCEPTABLE,
    desc = "nothing is lost, nobody sleeps on")
@State
public class EmitAgainstWaitingEmit {
  private final Channel<Integer> channel = Channel.bounded(1);

  public EmitAgainstWaitingEmit() {
    channel.tryEmit(0);
  }

  @Actor
  public void one(LLL_Result r) {
    r.r1 = Uninterrupted.emit(channel, 1);
  }

  @Actor
  public void two(LLL_Result r) {
    r.r2 = Uninterrupted.emit(channel, 2);
  }

  @Actor
  public void consumer(LLL_Result r) {
    int sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += Integer.parseInt(Uninterrupted.receive(channel));
    }
    r.r3 = sum;
  }
}
