package dev.phalanx.hermes;

import dev.phalanx.http.BackgroundLogger;
import dev.phalanx.rfc6455.EncodedFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What was published to the same subscribers, one after the other, in one turn of a lane. A
 * subscriber for whom nothing else waits gets it as one run of bytes, the same for all who have it
 * compressed alike. Where they are many, it is brought to them in several turns: as long as it is
 * on its way, no step is taken, so that the rosters stay as they are. Lane-confined.
 */
final class Run {
  private static final BackgroundLogger log = BackgroundLogger.of(WsGateway.class.getName());

  /** For so many subscribers memory is read ahead. */
  private static final int AHEAD = 16;

  private final List<Step.Publish> steps = new ArrayList<>();
  private final Map<Deflation.Form, byte[]> deflated = new HashMap<>();
  private byte @Nullable [] plain; // null until there are several, and somebody asks
  private @Nullable Roster roster;
  private List<Roster> others = List.of();
  private boolean excludesAny;
  private int length;
  private long number = 1;
  private int rosterAt; // to which it is being brought: 0 is its own, the others follow
  private int seatAt; // who is next there

  @SuppressWarnings("UnusedVariable") // what nobody could see, the JIT compiler would leave out
  private int ready;

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Whether a step is a publication that can be a part of it. */
  boolean accepts(Step step) {
    return step instanceof Step.Publish publish
        && (isEmpty()
            || (roster == publish.roster()
                && others.equals(publish.others())
                && length + publish.publication().plain().length() <= Outflow.MAX_IN_FLIGHT));
  }

  void add(Step.Publish step) {
    steps.add(step); // first, since it alone can fail
    roster = step.roster();
    others = step.others();
    length += step.publication().plain().length();
    if (step.exclude() != null) {
      excludesAny = true;
      step.exclude().excludedFrom = number;
    }
  }

  void clear() {
    steps.clear();
    deflated.clear();
    plain = null;
    roster = null;
    others = List.of();
    excludesAny = false;
    length = 0;
    rosterAt = 0;
    seatAt = 0;
    number++;
  }

  /**
   * Brings it to its subscribers, from where it stopped.
   *
   * @param isLast whether nothing follows in this turn, so that a flush needn't wait
   * @return false if the turn is over before it has reached everybody. If it fails for one of them,
   *     it may be called again
   */
  boolean deliver(Branch branch, boolean isLast) {
    for (; rosterAt <= others.size(); rosterAt++) {
      Roster to = rosterAt == 0 ? Objects.requireNonNull(roster) : others.get(rosterAt - 1);
      while (seatAt < to.size()) {
        if (branch.isTurnOver()) {
          return false;
        }
        if (seatAt % AHEAD == 0) {
          readAhead(to, seatAt, Math.min(to.size(), seatAt + AHEAD));
        }
        Seat seat = to.seat(seatAt++);
        Link link = seat.member.link();
        if (link != null && (others.isEmpty() || isFirstFor(seat.member))) {
          deliver(branch, seat, link, isLast);
        }
      }
      seatAt = 0;
    }
    return true;
  }

  /**
   * Brings what some deliveries will need into the processor's cache. It lies in a dozen objects a
   * subscriber, all over the heap: here the processor waits for those of several at once, and not
   * for one after the other.
   */
  private void readAhead(Roster to, int from, int end) {
    int count = 0;
    for (int i = from; i < end; i++) {
      Link link = to.seat(i).member.link();
      if (link != null && link.sharesFrames() && link.outflow().isReady()) {
        count++;
      }
    }
    ready = count;
  }

  private boolean isFirstFor(Member member) {
    boolean isFirst = member.heard != number;
    member.heard = number;
    return isFirst;
  }

  private void deliver(Branch branch, Seat seat, Link link, boolean isLast) {
    branch.spend(1 + (length >> 10));
    try {
      bring(branch, seat, link, isLast);
    } catch (RuntimeException | Error e) { // no memory, say: it must not miss messages unknowingly
      link.lost("publishing to it failed: " + e);
      log.log(Level.ERROR, "A subscriber was cut off, since publishing to it failed", e);
    }
  }

  private void bring(Branch branch, Seat seat, Link link, boolean isLast) {
    Outflow outflow = link.outflow();
    boolean isWhole = !excludesAny || seat.member.excludedFrom != number;
    if (isWhole && link.sharesFrames() && outflow.hasWayFor(length)) {
      write(outflow, link.deflation());
      if (isLast && outflow.flushUntouched()) {
        branch.spend(Branch.FLUSH_EFFORT);
        return;
      }
    } else {
      for (int i = 0; i < steps.size(); i++) {
        Step.Publish step = steps.get(i);
        if (step.exclude() != seat.member) {
          link.hearing().publish(seat, step.publication());
        }
      }
    }
    branch.touch(outflow);
  }

  private void write(Outflow outflow, @Nullable Deflation deflation) {
    if (steps.size() == 1) {
      outflow.write(steps.getFirst().publication().frame(deflation));
    } else {
      outflow.write(deflation == null ? plain() : deflated(deflation));
    }
  }

  private byte[] plain() {
    byte[] bytes = plain;
    if (bytes == null) {
      bytes = joined(null);
      plain = bytes;
    }
    return bytes;
  }

  private byte[] deflated(Deflation deflation) {
    return deflated.computeIfAbsent(deflation.form(), form -> joined(deflation));
  }

  private byte[] joined(@Nullable Deflation deflation) {
    int total = 0;
    for (Step.Publish step : steps) {
      total += step.publication().frame(deflation).length();
    }
    byte[] bytes = new byte[total];
    int[] end = {0};
    for (Step.Publish step : steps) {
      EncodedFrame frame = step.publication().frame(deflation);
      frame.transferTo(
          (source, offset, count) -> {
            System.arraycopy(source, offset, bytes, end[0], count);
            end[0] += count;
          },
          0,
          frame.length());
    }
    return bytes;
  }
}
