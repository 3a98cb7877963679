package dev.phalanx.cli.bench;

import dev.phalanx.http.Wire;
import java.util.function.LongConsumer;

/** Sends messages, and expects each of them back, in order. Lane-confined. */
final class Echoer extends Talker {
  private final BenchSettings settings;
  private final Payload payload;
  private final LongConsumer latency;
  private final long[] since; // when those in flight were sent, or due
  private long sent;
  private long answered;
  private long waiting; // since when nothing has come, while something is owed
  private boolean running;
  private long due; // how many may have been sent; without a rate, any number
  private long firstDue;
  private double interval; // 0 without a rate

  Echoer(Wire wire, BenchSettings settings, Faults faults, Payload payload, LongConsumer latency) {
    super(wire, settings, faults);
    this.settings = settings;
    this.payload = payload;
    this.latency = latency;
    this.since = new long[settings.inFlight()];
  }

  /** Sends from now on, as fast as the answers come. */
  void run() {
    running = true;
    due = Long.MAX_VALUE;
    drain();
  }

  /** Sends from now on what {@link #oneMoreIsDue} says. */
  void run(long first, double nanosBetween) {
    running = true;
    firstDue = first;
    interval = nanosBetween;
  }

  void oneMoreIsDue() {
    due++;
    drain();
  }

  void halt() {
    running = false;
  }

  @Override
  int speak(int most) {
    int written = 0;
    while (running && written < most && sent - answered < since.length && sent < due) {
      long now = System.nanoTime();
      if (sent == answered) {
        waiting = now;
      }
      since[slot(sent)] = interval == 0 ? now : firstDue + (long) (sent * interval);
      written += say(payload.frame(sent));
      sent++;
    }
    return written;
  }

  @Override
  void heard(byte[] message, long now) {
    if (answered == sent) {
      fault("a message came that answers nothing");
      return;
    }
    if (payload.isAtTheEndOf(message, answered)) {
      latency.accept(now - since[slot(answered)]);
    } else {
      fault("an answer was not what had been sent");
    }
    waiting = now;
    answered++;
  }

  private int slot(long number) {
    return (int) (number % since.length);
  }

  /** Gives up a server that owes an answer for too long. */
  void check(long now) {
    if (running && sent > answered && now - waiting > settings.patience().toNanos()) {
      giveUp("no answer" + settings.within());
    }
  }
}
