package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a publication to all lanes on which somebody hears its topic. The publisher's thread. */
final class Delivery {
  private final Topics topics;
  private final Publication publication;
  private final @Nullable Member excluded;
  private @Nullable Roster first; // of the topic itself, the others in a chain
  private List<Roster> found = List.of(); // where there are patterns: these, and those that match

  /**
   * A publication on its way.
   *
   * @param excluded who is not to hear it
   */
  Delivery(Topics topics, Publication publication, @Nullable Member excluded) {
    this.topics = topics;
    this.publication = publication;
    this.excluded = excluded;
  }

  Delivery find() {
    return find(topics.named(publication.topic()));
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
      topics.match(publication.topic(), found);
    }
    return this;
  }

  /** Compresses the message as its receivers need it, and lets the lanes catch up. */
  Delivery prepare() {
    if (found.isEmpty()) {
      for (Roster roster = first; roster != null; roster = roster.next) {
        prepare(roster);
      }
    } else {
      found.forEach(this::prepare);
    }
    return this;
  }

  private void prepare(Roster roster) {
    roster.prepare(publication);
    roster.branch.awaitRoom();
  }

  /** Leaves it with each lane once. Never waits. */
  void hand() {
    if (found.isEmpty()) {
      for (Roster roster = first; roster != null; roster = roster.next) {
        hand(roster, List.of(), publication, excluded);
      }
    } else {
      for (Branch branch : branches()) {
        List<Roster> its = found.stream().filter(roster -> roster.branch == branch).toList();
        hand(its.getFirst(), List.copyOf(its.subList(1, its.size())), publication, excluded);
      }
    }
  }

  private Set<Branch> branches() {
    Set<Branch> branches = new LinkedHashSet<>();
    found.forEach(roster -> branches.add(roster.branch));
    return branches;
  }

  /** Leaves a publication with one lane, if anybody hears it there. */
  static void hand(
      Roster roster, List<Roster> others, Publication publication, @Nullable Member exclude) {
    boolean isHeard = roster.count() > 0;
    for (int i = 0; i < others.size() && !isHeard; i++) {
      isHeard = others.get(i).count() > 0;
    }
    if (isHeard) {
      Branch branch = roster.branch;
      Member excluded = exclude != null && exclude.branch == branch ? exclude : null;
      branch.give(new Step.Publish(roster, others, publication, excluded));
    }
  }
}
