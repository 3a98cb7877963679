package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings a publication to all lanes on which somebody hears its topic. The publisher's thread. */
final class Delivery {
  private final Topics topics;
  private final String topic;
  private final Publication publication;
  private @Nullable Roster first; // of the topic itself; a chain
  private List<Roster> byPattern = List.of();
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
    if (topics.hasPatterns()) {
      byPattern = new ArrayList<>();
      topics.match(topic, byPattern);
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
    for (Roster roster = first; roster != null; roster = roster.next) {
      prepare(roster);
    }
    byPattern.forEach(this::prepare);
    if (exclude != null) {
      excludedFrom = exclude.sitsAt(topic, byPattern);
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
    for (Roster roster = first; roster != null; roster = roster.next) {
      count += hand(roster, othersOn(roster.branch), publication, excluded, excludedFrom);
    }
    for (int i = 0; i < byPattern.size(); i++) {
      Roster roster = byPattern.get(i);
      if (isFirstOn(roster.branch, i)) {
        List<Roster> others = othersOn(roster.branch);
        others = others.subList(1, others.size());
        count += hand(roster, others, publication, excluded, excludedFrom);
      }
    }
    return count;
  }

  private List<Roster> othersOn(Branch branch) {
    if (byPattern.isEmpty()) {
      return List.of();
    }
    return byPattern.stream().filter(roster -> roster.branch == branch).toList();
  }

  /** Whether no roster that comes before was of the same branch. */
  private boolean isFirstOn(Branch branch, int place) {
    for (Roster roster = first; roster != null; roster = roster.next) {
      if (roster.branch == branch) {
        return false;
      }
    }
    for (int i = 0; i < place; i++) {
      if (byPattern.get(i).branch == branch) {
        return false;
      }
    }
    return true;
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
