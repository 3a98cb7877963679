package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Branch} is given to do, on its lane, in the order in which it was given. */
interface Step {
  /** Does it, when all that was published before has reached everybody. Lane. */
  void take(Branch branch);

  /** What it weighs while it waits: 1, and 1 for each KiB that it holds. */
  default int cost() {
    return 1;
  }

  /** What a step weighs that holds a frame. */
  static int costOf(EncodedFrame frame) {
    return 1 + (frame.length() >> 10);
  }

  /**
   * A subscription begins.
   *
   * @param retained what it hears first
   */
  record Join(Seat seat, List<Publication> retained) implements Step {
    @Override
    public void take(Branch branch) {
      seat.roster.add(seat);
      Link link = retained.isEmpty() ? null : seat.member.link();
      if (link != null) {
        branch.touch(link.outflow());
        retained.forEach(publication -> link.hearing().publish(seat, publication));
      }
    }

    @Override
    public int cost() {
      int cost = 1;
      for (Publication publication : retained) {
        cost += costOf(publication.plain());
      }
      return cost;
    }
  }

  /** A subscription ends. */
  record Leave(Seat seat) implements Step {
    @Override
    public void take(Branch branch) {
      seat.roster.remove(seat);
    }
  }

  /**
   * A connection was taken out, with all of its seats. From the first turn on nothing is delivered
   * to the member; where the seats are many, their places in the rosters are given up in several
   * turns.
   */
  final class Gone implements Step {
    /** So many seats are given up before other steps have their turn. */
    static final int PORTION = 256;

    /** To give up a seat costs a fraction of what a step costs. */
    private static final int SEATS_PER_COST = 8;

    private final Member member;
    private final List<Seat> seats;
    private int next; // the lane's

    Gone(Member member, List<Seat> seats) {
      this.member = member;
      this.seats = seats;
    }

    @Override
    public void take(Branch branch) {
      if (next == 0) {
        member.release();
        branch.everyone().remove(member.seat);
      }
      int end = Math.min(seats.size(), next + PORTION);
      try {
        while (next < end) {
          Seat seat = seats.get(next++);
          seat.roster.remove(seat);
        }
      } finally {
        if (next < seats.size()) {
          branch.give(this);
        }
      }
    }

    @Override
    public int cost() {
      return 1 + Math.min(PORTION, seats.size() - next) / SEATS_PER_COST;
    }
  }

  /**
   * Something was published. With what was published to the same before, it becomes a {@link Run}.
   *
   * @param roster who is to hear it
   * @param others and who else, by patterns; once, whoever is in several
   * @param exclude who is not to hear it, if it is of this branch
   */
  record Publish(
      Roster roster, List<Roster> others, Publication publication, @Nullable Member exclude)
      implements Step {
    @Override
    public void take(Branch branch) {
      branch.publish(this);
    }

    @Override
    public int cost() {
      return costOf(publication.plain());
    }
  }

  /**
   * What a thread sends to one connection, or has done with it, after it may have published to it.
   *
   * @param onwards passes it on to where else it may have published, and then on its way
   */
  record Behind(Runnable onwards, int cost) implements Step {
    @Override
    public void take(Branch branch) {
      onwards.run();
    }
  }
}
