package dev.phalanx.hermes;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rosters of topics by their names, and of patterns by their tokens. What changes a topic's
 * rosters is done under its entry, one thing after another; to find them needs no lock. Any thread.
 */
final class Topics {
  private final Map<String, Roster> names = new ConcurrentHashMap<>(); // of each the first lane's
  private final PatternTrie patterns = new PatternTrie();

  /** How many topics and patterns have subscribers. */
  int size() {
    return names.size() + patterns.size();
  }

  boolean hasPatterns() {
    return patterns.size() > 0;
  }

  /** The rosters of a topic's own subscribers, one a lane, as a chain; null if there is none. */
  @Nullable Roster named(String topic) {
    return names.get(topic);
  }

  /** Adds the rosters of all patterns that match a topic. */
  void match(String topic, List<Roster> found) {
    patterns.match(topic, found);
  }

  /** How many have subscribed by a name, or by a pattern. */
  int count(String name) {
    return count(names.get(name)) + (hasPatterns() ? count(patterns.get(name)) : 0);
  }

  private static int count(@Nullable Roster first) {
    int count = 0;
    for (Roster roster = first; roster != null; roster = roster.next) {
      count += roster.count();
    }
    return count;
  }

  /** How many messages were dropped for those who have subscribed by a name, or by a pattern. */
  long drops(String name) {
    return drops(names.get(name)) + drops(patterns.get(name));
  }

  private static long drops(@Nullable Roster first) {
    long drops = 0;
    for (Roster roster = first; roster != null; roster = roster.next) {
      drops += roster.drops();
    }
    return drops;
  }

  /** Does something while nobody subscribes to a topic; with the topic's rosters. */
  void atomically(String topic, Consumer<@Nullable Roster> action) {
    names.compute(
        topic,
        (key, first) -> {
          action.accept(first);
          return first;
        });
  }

  /**
   * Seats a member, and leaves its branch the step that tells so; the branch must be woken then.
   * Under the member's monitor; it must not sit there yet.
   *
   * @param retained what it hears first
   */
  Seat join(Member member, Subscription subscription, Retained retained) {
    String name = subscription.name();
    if (subscription.isPattern()) {
      synchronized (retained) {
        List<Publication> values = retained.matching(name);
        patterns.compute(name, first -> seated(first, member, subscription, values));
      }
    } else {
      names.compute(name, (key, first) -> seated(first, member, subscription, retained.of(name)));
    }
    Seat seat = Objects.requireNonNull(member.seat(subscription));
    seat.isSeated = true; // now that the topic is known to have the roster
    return seat;
  }

  private static Roster seated(
      @Nullable Roster first,
      Member member,
      Subscription subscription,
      List<Publication> firstHeard) {
    Roster its = onBranch(member.branch, first);
    boolean isNew = its == null;
    if (its == null) {
      its = new Roster(member.branch, first);
    }
    Seat seat = new Seat(member, its, subscription);
    Step join = new Step.Join(seat, firstHeard);
    member.sit(seat); // in the place of one that an Error kept from being seated, if any
    its.enter(seat, join);
    return isNew || first == null ? its : first;
  }

  private static @Nullable Roster onBranch(Branch branch, @Nullable Roster first) {
    Roster roster = first;
    while (roster != null && roster.branch != branch) {
      roster = roster.next;
    }
    return roster;
  }

  /**
   * A seat is given up. Under the member's monitor.
   *
   * @param leave what the branch, which must be woken then, is told; null if it is told otherwise
   */
  void leave(Seat seat, @Nullable Step leave) {
    UnaryOperator<@Nullable Roster> change =
        first -> {
          boolean isLast = seat.roster.exit(seat, leave);
          return isLast && first != null ? without(seat.roster, first) : first;
        };
    String name = seat.subscription.name();
    if (seat.subscription.isPattern()) {
      patterns.compute(name, change);
    } else {
      names.compute(name, (key, first) -> change.apply(first));
    }
  }

  private static @Nullable Roster without(Roster roster, Roster first) {
    if (roster == first) {
      return first.next;
    }
    Roster before = first;
    Roster next = before.next;
    while (next != null && next != roster) {
      before = next;
      next = before.next;
    }
    before.next = roster.next;
    return first;
  }
}
