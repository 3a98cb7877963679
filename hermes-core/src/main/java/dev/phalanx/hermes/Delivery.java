package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings a publication to all lanes on which somebody hears its topic. The publisher's thread. */
final class Delivery {
  private final Topics topics;
  private final String topic;
  private final Publication publication;
  private @Nullable Roster first; // of the topic itself, the others in a chain
  private List<Roster> found = List.of(); // where there are patterns: these, and those that match
  private @Nullable Member excluded;
  private List<String> excludedFrom = List.of(); // names and patterns by which it would hear it

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
      }
    } else {
      found.forEach(this::prepare);
    }
    if (exclude != null) {
      excludedFrom = exclude.sitsAt(topic, found);
    }
    return this;
  }

  private void prepare(Roster roster) {
    roster.prepare(publication);
    roster.branch.awaitRoom();
  }

  /** Leaves it with each lane once; to how many it was handed. Never waits. */
  int hand() {
    int count = 0;
    if (found.isEmpty()) {
      for (Roster roster = first; roster != null; roster = roster.next) {
        count += hand(roster, List.of(), publication, excluded, excludedFrom);
      }
    }
    for (int i = 0; i < found.size(); i++) {
      Branch branch = found.get(i).branch;
      if (found.subList(0, i).stream().noneMatch(earlier -> earlier.branch == branch)) {
        List<Roster> its = found.stream().filter(roster -> roster.branch == branch).toList();
        List<Roster> others = List.copyOf(its.subList(1, its.size()));
        count += hand(its.getFirst(), others, publication, excluded, excludedFrom);
      }
    }
    return count;
  }

  /** Leaves a publication with one lane. */
  static int hand(
      Roster roster,
      List<Roster> others,
      Publication publication,
      @Nullable Member exclude,
      List<String> excludedFrom) {
    Branch branch = roster.branch;
    Member excluded = exclude != null && exclude.branch == branch ? exclude : null;
    int count = roster.count();
    for (Roster other : others) {
      count += other.count();
    }
    if (count > 0) {
      branch.give(new Step.Publish(roster, others, publication, excluded));
    }
    return Math.max(0, excluded == null ? count : count - excludedFrom.size());
  }
}
