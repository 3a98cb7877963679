package dev.phalanx.cli.bench;

import dev.phalanx.http.Wire;
import java.time.Duration;

/** The one who publishes in a fan-out. Lane-confined, except {@link #wake} and {@link #invite}. */
final class Publisher extends Talker {
  /** Set in the numbers of messages that only find out who listens. */
  static final long INVITATION = Long.MIN_VALUE;

  private final Payload payload;
  private final Publications publications;
  private final double interval; // 0 without a rate
  private boolean running;
  private boolean deserted;
  private int invitations;
  private long first;

  Publisher(Wire wire, BenchSettings settings, Faults faults, Publications publications) {
    super(wire, settings, faults);
    this.payload = new Payload(settings.size(), settings.binary());
    this.publications = publications;
    this.interval = settings.interval();
  }

  /** Publishes something that counts for nothing: who hears it has subscribed. Any thread. */
  void invite() {
    lane()
        .execute(() -> {
          invitations++;
          drain();
        });
  }

  /** There may be room for more. Any thread. */
  void wake() {
    lane().execute(this::drain);
  }

  /** Publishes from now on. */
  void run() {
    running = true;
    first = System.nanoTime();
    pace();
  }

  private void pace() {
    drain();
    if (interval > 0 && running && !isOver()) {
      long next = due(publications.published()) - System.nanoTime();
      // What is late already waits for room, which wakes us; so there is no need to look often.
      lane().schedule(this::pace, Duration.ofNanos(next > 0 ? next : 1_000_000));
    }
  }

  void halt() {
    running = false;
  }

  /** Whether it has found that nobody listens any more. */
  boolean isDeserted() {
    return deserted;
  }

  @Override
  int speak(int most) {
    int written = 0;
    for (; invitations > 0; invitations--) {
      written += say(payload.frame(INVITATION | invitations));
    }
    while (running && written < most && publications.hasRoom()) {
      long now = System.nanoTime();
      long at = interval == 0 ? now : due(publications.published());
      if (at - now > 0) {
        break;
      }
      long number = publications.next(at);
      if (number < 0) {
        running = false;
        deserted = true;
        break;
      }
      written += say(payload.frame(number));
    }
    return written;
  }

  private long due(long number) {
    return first + (long) (number * interval);
  }
}
