package dev.phalanx.cli.bench;

import dev.phalanx.http.Wire;
import java.util.function.LongConsumer;

/** One of those who listen in a fan-out. Lane-confined, except {@link #hasJoined}. */
final class Subscriber extends Talker {
  private final Payload payload;
  private final Publications publications;
  private final LongConsumer latency;
  private long received;
  private volatile boolean joined;
  private boolean counted; // whether publications wait for it

  Subscriber(
      Wire wire,
      BenchSettings settings,
      Faults faults,
      Payload payload,
      Publications publications,
      LongConsumer latency) {
    super(wire, settings, faults);
    this.payload = payload;
    this.publications = publications;
    this.latency = latency;
  }

  /** Whether it has heard an invitation. Any thread. */
  boolean hasJoined() {
    return joined;
  }

  /** Publications wait for it from now on; false if it is gone already. */
  boolean count() {
    counted = !isOver();
    return counted;
  }

  @Override
  void heard(byte[] message, long now) {
    long number;
    try {
      number = payload.numberAtTheEndOf(message);
    } catch (IllegalArgumentException e) {
      fault("a message came that was not published here");
      return;
    }
    if ((number & Publisher.INVITATION) != 0) {
      joined = true;
      return;
    }
    if (!counted || number < received || number >= publications.published()) {
      fault("a message came twice, or too early");
      return;
    }
    for (; received < number; received++) {
      fault("a message did not come");
      publications.delivered(received);
    }
    latency.accept(now - publications.since(number));
    received++;
    publications.delivered(number);
  }

  @Override
  void lost() {
    if (counted) {
      counted = false;
      publications.left(received);
    }
  }
}
