package dev.phalanx.stress;

import dev.phalanx.styx.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A value finds no room while the consumer makes some: who was refused is told when there is. */
@JCStressTest
@Outcome(id = "FULL, 1, 1", expect = Expect.ACCEPTABLE, desc = "refused, and relieved")
@Outcome(id = "ACCEPTED, 1, 1", expect = Expect.ACCEPTABLE, desc = "room was made meanwhile")
@Outcome(id = "ACCEPTED, 2, 2", expect = Expect.ACCEPTABLE, desc = "the same, and it looked twice")
@Outcome(id = "ACCEPTED, 0, 0", expect = Expect.ACCEPTABLE, desc = "there was room")
@State
public class PressureAgainstDrain {
  private final AtomicInteger pressures = new AtomicInteger();
  private final AtomicInteger reliefs = new AtomicInteger();
  private final Channel<Integer> channel =
      Channel.<Integer>of(2)
          .onPressure(pressures::incrementAndGet)
          .onRelief(reliefs::incrementAndGet)
          .open();

  public PressureAgainstDrain() {
    channel.tryEmit(1);
    channel.tryEmit(2);
  }

  @Actor
  public void producer(LLL_Result r) {
    r.r1 = channel.tryEmit(3);
  }

  @Actor
  public void consumer() {
    Uninterrupted.receive(channel);
    Uninterrupted.receive(channel);
  }

  @Arbiter
  public void rest(LLL_Result r) {
    if (channel.size() > 0) {
      Uninterrupted.receive(channel); // it was accepted under pressure: its receipt is the relief
    }
    r.r2 = pressures.get();
    r.r3 = reliefs.get();
  }
}
