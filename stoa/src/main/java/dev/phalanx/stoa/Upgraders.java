package dev.phalanx.stoa;

import dev.phalanx.http.PathPattern;
import dev.phalanx.http.PathTable;
import dev.phalanx.http.Upgrader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedCollection;

/** A server's upgraders, in the order in which they are asked. Any thread. */
final class Upgraders {
  private final List<Upgrader> all;
  private final Map<String, PathTable<Upgrader>> byProtocol = new HashMap<>();

  /**
   * Checks that no two upgraders of one protocol take the same paths.
   *
   * @throws IllegalArgumentException that names both patterns
   */
  Upgraders(List<Upgrader> all) {
    this.all = all;
    for (Upgrader upgrader : all) {
      String protocol = upgrader.protocol().toLowerCase(Locale.ROOT);
      PathTable<Upgrader> table = byProtocol.computeIfAbsent(protocol, p -> new PathTable<>());
      for (PathPattern path : upgrader.paths()) {
        try {
          table.add(path, upgrader);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "two groups of %s routes take the same path; %s".formatted(protocol, e.getMessage()),
              e);
        }
      }
    }
  }

  /** Those to ask about a path: first those with the most specific pattern for it. */
  SequencedCollection<Upgrader> inOrder(List<String> path) {
    if (all.size() < 2) {
      return all;
    }
    LinkedHashSet<Upgrader> order = new LinkedHashSet<>();
    for (PathTable<Upgrader> table : byProtocol.values()) {
      PathTable.Match<Upgrader> match = table.find(path);
      if (match != null) {
        order.add(match.value());
      }
    }
    order.addAll(all);
    return order;
  }

  /** How many paths they take. */
  int routes() {
    return all.stream().mapToInt(upgrader -> upgrader.paths().size()).sum();
  }
}
