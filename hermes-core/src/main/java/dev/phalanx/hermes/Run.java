package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was published to the same subscribers, one after the other, in one turn of a lane. A
 * subscriber for whom nothing else waits gets it as one run of bytes, the same for all who have it
 * compressed alike. Lane-confined.
 */
final class Run {
  /** For so many subscribers memory is read ahead. */
  private static final int AHEAD = 16;

  private final List<Publication> publications = new ArrayList<>();
  private final List<@Nullable Member> excluded = new ArrayList<>(); // one for each of these
  private final Map<Deflation.Form, byte[]> deflated = new HashMap<>();
  private byte @Nullable [] plain; // null until there are several, and somebody asks
  private @Nullable Roster roster;
  private List<Roster> others = List.of();
  private boolean excludesAny;
  private int length;
  private long number = 1;
  private int ready; // written only: what nobody could see, the JIT compiler would leave out

  boolean isEmpty() {
    return publications.isEmpty();
  }

  /** Whether a publication can be a part of it. */
  boolean accepts(Step.Publish step) {
    return isEmpty()
        || (roster == step.roster()
            && others.equals(step.others())
            && length + step.publication().plain().length() <= Outflow.MAX_IN_FLIGHT);
  }

  void add(Step.Publish step) {
    roster = step.roster();
    others = step.others();
    publications.add(step.publication());
    excluded.add(step.exclude());
    length += step.publication().plain().length();
    if (step.exclude() != null) {
      excludesAny = true;
      step.exclude().excludedFrom = number;
    }
  }

  void clear() {
    publications.clear();
    excluded.clear();
    deflated.clear();
    plain = null;
    roster = null;
    others = List.of();
    excludesAny = false;
    length = 0;
    number++;
  }

  /**
   * Brings it to all of its subscribers.
   *
   * @param isLast whether nothing follows in this turn, so that a flush needn't wait
   */
  void deliver(Branch branch, boolean isLast) {
    Roster to = Objects.requireNonNull(roster);
    int size = to.size();
    for (int i = 0; i < size; i++) {
      if (i % AHEAD == 0) {
        readAhead(to, i, Math.min(size, i + AHEAD));
      }
      deliver(branch, to.seat(i), isLast);
    }
    if (!others.isEmpty()) {
      deliverToOthers(branch, to, isLast);
    }
  }

  /**
   * Brings what some deliveries will need into the processor's cache. It lies in a dozen objects a
   * subscriber, all over the heap: here the processor waits for those of several at once, and not
   * for one after the other.
   */
  private void readAhead(Roster to, int from, int end) {
    int count = 0;
    for (int i = from; i < end; i++) {
      Link link = to.seat(i).member.get();
      if (link != null && link.sharesFrames() && link.outflow().isReady()) {
        count++;
      }
    }
    ready = count;
  }

  private void deliverToOthers(Branch branch, Roster before, boolean isLast) {
    for (int i = 0; i < before.size(); i++) {
      before.seat(i).member.heard = number;
    }
    for (Roster to : others) {
      for (int i = 0; i < to.size(); i++) {
        Seat seat = to.seat(i);
        if (seat.member.heard != number) {
          seat.member.heard = number;
          deliver(branch, seat, isLast);
        }
      }
    }
  }

  private void deliver(Branch branch, Seat seat, boolean isLast) {
    Link link = seat.member.get();
    if (link != null) {
      deliver(branch, seat, link, isLast);
    }
  }

  private void deliver(Branch branch, Seat seat, Link link, boolean isLast) {
    Outflow outflow = link.outflow();
    boolean isWhole = !excludesAny || seat.member.excludedFrom != number;
    if (isWhole && link.sharesFrames() && outflow.hasWayFor(length)) {
      write(outflow, link.deflation());
      if (isLast && outflow.flushUntouched()) {
        return;
      }
    } else {
      for (int i = 0; i < publications.size(); i++) {
        if (excluded.get(i) != seat.member) {
          link.publish(seat, publications.get(i));
        }
      }
    }
    branch.touch(outflow);
  }

  private void write(Outflow outflow, @Nullable Deflation deflation) {
    if (publications.size() == 1) {
      outflow.write(publications.getFirst().frame(deflation));
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
    for (Publication publication : publications) {
      total += publication.frame(deflation).length();
    }
    byte[] bytes = new byte[total];
    int[] end = {0};
    for (Publication publication : publications) {
      EncodedFrame frame = publication.frame(deflation);
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
