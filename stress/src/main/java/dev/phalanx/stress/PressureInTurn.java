package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Two producers find no room while the consumer drains: the calls alternate, whoever makes them.
 */
@JCStressTest
@Outcome(id = "none", expect = Expect.ACCEPTABLE, desc = "nobody was refused")
@Outcome(id = "(pr)+", expect = Expect.ACCEPTABLE, desc = "in turn, and relieved at the end")
@State
public class PressureInTurn {
  private final StringBuffer said = new StringBuffer();
  private final Channel<Integer> channel =
      Channel.<Integer>of(1)
          .onPressure(() -> said.append('p'))
          .onRelief(() -> said.append('r'))
          .open();

  public PressureInTurn() {
    channel.tryEmit(0);
  }

  @Actor
  public void one() {
    channel.tryEmit(1);
  }

  @Actor
  public void two() {
    channel.tryEmit(2);
  }

  @Actor
  public void consumer() {
    Uninterrupted.receive(channel);
  }

  @Arbiter
  public void rest(L_Result r) {
    while (channel.size() > 0) {
      Uninterrupted.receive(channel);
    }
    r.r1 = said.isEmpty() ? "none" : said.toString();
  }
}
