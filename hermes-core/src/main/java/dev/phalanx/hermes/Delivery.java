package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a publication to all lanes on which somebody hears its topic. The publisher's thread. */
final class Delivery {
  private final Topics topics;
  private final String topic;
  private final Publication publication;
  private @Nullable Roster first; // of the topic itself, the others in a chain
  private List<Roster> found = List.of(); // where there are patterns: these, and those that match
  private @Nullable Member excluded;
  private int countedTwice; // subscriptions of those who hear it by another, or must not hear it

  Delivery(Topics topics, String topic, Publication publication) {
    this.topics = topics;
    this.topic = topic;
    this.publication = publication;
  }

  Delivery find() {
    return find(topics.named(topic));
  }

  /** The same, where the topic's own rosters are known. */
  Delivery find(@Nullable Roster named) {
    first = named;
    found = List.of();
    if (topics.hasPatterns()) {
      found = new ArrayList<>();
      for (Roster roster = named; roster != null; roster = roster.next) {
        found.add(roster); // now, since the chain may change
      }
      topics.match(topic, found);
    }
    return this;
  }

  /**
   * Has done to the message what its receivers need, and lets the lanes catch up.
   *
   * @param exclude who is not to hear it; its monitor is taken
   */
  Delivery prepare(@Nullable Member exclude) {
    excluded = exclude;
    if (found.isEmpty()) {
      for (Roster roster = first; roster != null; roster = roster.next) {
        prepare(roster);
        if (exclude != null) {
          countedTwice += exclude.count(List.of(roster));
        }
      }
    } else {
      found.forEach(this::prepare);
      branches().forEach(branch -> countedTwice += countedTwice(on(branch)));
      if (exclude != null && exclude.count(found) > 0) {
        countedTwice++;
      }
    }
    return this;
  }

  private void prepare(Roster roster) {
    roster.prepare(publication);
    roster.branch.awaitRoom();
  }

  private Set<Branch> branches() {
    Set<Branch> branches = new LinkedHashSet<>();
    found.forEach(roster -> branches.add(roster.branch));
    return branches;
  }

  private List<Roster> on(Branch branch) {
    return found.stream().filter(roster -> roster.branch == branch).toList();
  }

  /** Whoever is in several is in one that isn't the largest: so that need not be gone through. */
  private static int countedTwice(List<Roster> rosters) {
    if (rosters.size() == 1) {
      return 0;
    }
    Roster largest = Collections.max(rosters, Comparator.comparingInt(Roster::count));
    Set<Member> members = new HashSet<>();
    for (Roster roster : rosters) {
      if (roster != largest) {
        members.addAll(roster.members());
      }
    }
    int count = 0;
    for (Member member : members) {
      count += Math.max(0, member.count(rosters) - 1);
    }
    return count;
  }

  /** Leaves it with each lane once; to how many it was handed. Never waits. */
  int hand() {
    int count = 0;
    if (found.isEmpty()) {
      for (Roster roster = first; roster != null; roster = roster.next) {
        count += hand(roster, List.of(), publication, excluded);
      }
    } else {
      for (Branch branch : branches()) {
        List<Roster> its = on(branch);
        List<Roster> others = List.copyOf(its.subList(1, its.size()));
        count += hand(its.getFirst(), others, publication, excluded);
      }
    }
    return Math.max(0, count - countedTwice);
  }

  /**
   * Leaves a publication with one lane.
   *
   * @return how many subscriptions it was handed to
   */
  static int hand(
      Roster roster, List<Roster> others, Publication publication, @Nullable Member exclude) {
    Branch branch = roster.branch;
    Member excluded = exclude != null && exclude.branch == branch ? exclude : null;
    int count = roster.count();
    for (Roster other : others) {
      count += other.count();
    }
    if (count > 0) {
      branch.give(new Step.Publish(roster, others, publication, excluded));
    }
    return count;
  }
}
