package dev.phalanx.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a script hears, and what it expected to. */
final class Hearing {
  private final World world;
  private final Wiring wiring;
  private final Speech speech;
  private final FrameReader frames;
  private final MessageReader messages;
  private final Deque<Frame> heard = new ArrayDeque<>();
  private boolean answersPings = true;
  private boolean endNoted;

  Hearing(World world, Wiring wiring, Speech speech) {
    this.world = world;
    this.wiring = wiring;
    this.speech = speech;
    this.frames = new FrameReader(!wiring.client());
    this.messages = new MessageReader(wiring.compression());
  }

  void answersNoPings() {
    answersPings = false;
  }

  /** Takes in what has come; true if it has answered something. */
  boolean listen() {
    boolean answered = false;
    boolean closed = wiring.peer().isClosed(); // before the look: nothing comes after it
    boolean over = closed || wiring.peer().isOutputEnded();
    frames.add(wiring.peer().receive());
    Frame frame;
    while ((frame = nextFrame()) != null) {
      note(frame.toString());
      Frame message = messageOf(frame);
      if (message != null) {
        heard.add(message);
      }
      if (isPing(message) && answersPings && !closed) {
        speech.frames(List.of(Frame.of(Frame.PONG, frame.payload())));
        answered = true;
      }
    }
    if (over && !endNoted) {
      endNoted = true;
      note(closed ? "(the wire is closed)" : "(no more will come)");
    }
    return answered;
  }

  private @Nullable Frame nextFrame() {
    try {
      return frames.next();
    } catch (AssertionError e) {
      throw failure(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Frame messageOf(Frame frame) {
    try {
      return messages.add(frame);
    } catch (AssertionError e) {
      throw failure(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isPing(@Nullable Frame frame) {
    return frame != null && frame.opcode() == Frame.PING;
  }

  private void note(String what) {
    long now = world.clock().nanoTime();
    if (wiring.client()) {
      wiring.transcript().server(now, what);
    } else {
      wiring.transcript().client(now, what);
    }
  }

  /** Whether anything but Pings that were answered waits to be taken. */
  boolean hasHeard() {
    dropAnsweredPings();
    return !heard.isEmpty();
  }

  private void dropAnsweredPings() {
    while (answersPings && isPing(heard.peek())) {
      heard.remove();
    }
  }

  // ---- expecting ----

  Frame expect(String what, Predicate<Frame> fits) {
    await(this::hasHeard, what);
    return take(what, fits);
  }

  void expectPing() {
    await(() -> !heard.isEmpty(), "a Ping");
    take("a Ping", Hearing::isPing);
  }

  private Frame take(String what, Predicate<Frame> fits) {
    Frame next = heard.remove();
    if (!fits.test(next)) {
      throw failure("expected " + what + "\nbut heard " + next);
    }
    return next;
  }

  void expectEnd() {
    await(() -> hasHeard() || endNoted, "the end");
    if (hasHeard()) {
      throw failure("expected the end\nbut heard " + heard.remove());
    }
    if (frames.unread() > 0) {
      throw failure("expected the end\nbut it came within a frame");
    }
  }

  void expectNothing(String howLong) {
    if (hasHeard()) {
      throw failure("expected nothing " + howLong + "\nbut heard " + heard.remove());
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void await(Condition condition, String what) {
    long deadline = System.nanoTime() + World.PATIENCE.toNanos();
    listen();
    while (!condition.holds()) {
      if (endNoted) {
        throw failure("expected " + what + "\nbut nothing more will come");
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw failure("expected " + what + "\nbut heard nothing for " + seconds() + nextTimer());
      }
      try {
        wiring.peer().awaitBytes(Duration.ofNanos(left));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure("interrupted while waiting for " + what);
      }
      listen();
    }
  }

  private static String seconds() {
    return World.PATIENCE.toSeconds() + " s";
  }

  private String nextTimer() {
    Duration next = world.clock().untilNext();
    return next == null
        ? ", and no timer waits"
        : "; the next timer is due in " + next + " of virtual time: see timePasses";
  }

  AssertionError failure(String what) {
    return new AssertionError(what + "\n\n" + wiring.transcript() + "\n\n" + wiring.other().get());
  }

  void close() {
    messages.close();
  }
}
