package dev.phalanx.hermes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of patterns, by their tokens: to find those of a topic takes as long as it has
 * tokens, not as there are patterns. Found by any thread without a lock; changed under the monitor.
 */
final class PatternTrie {
  /** What follows after some tokens. Leaves are small, since there may be many. */
  private static final class Node {
    private volatile @Nullable Map<String, Node> tokens; // null until there is one
    private volatile @Nullable Node any;
    private volatile @Nullable Node rest;
    private volatile @Nullable Roster rosters; // of the pattern that ends here

    @Nullable Node child(String token) {
      if (token.equals(TopicPattern.ANY)) {
        return any;
      }
      if (token.equals(TopicPattern.REST)) {
        return rest;
      }
      Map<String, Node> known = tokens;
      return known == null ? null : known.get(token);
    }

    void child(String token, @Nullable Node node) {
      if (token.equals(TopicPattern.ANY)) {
        any = node;
      } else if (token.equals(TopicPattern.REST)) {
        rest = node;
      } else if (node != null) {
        known().put(token, node);
      } else {
        known().remove(token);
        tokens = known().isEmpty() ? null : tokens;
      }
    }

    private Map<String, Node> known() {
      Map<String, Node> known = tokens;
      if (known == null) {
        known = new ConcurrentHashMap<>(2);
        tokens = known;
      }
      return known;
    }

    boolean isEmpty() {
      return tokens == null && any == null && rest == null && rosters == null;
    }
  }

  private final Node root = new Node();
  private int count; // guarded by this
  private volatile int size; // the same, for those who only look

  /** How many patterns have subscribers. */
  int size() {
    return size;
  }

  /** Changes the rosters of a pattern; those that were null, or become it, are of nobody. */
  synchronized void compute(String pattern, UnaryOperator<@Nullable Roster> change) {
    compute(root, pattern, 0, change);
  }

  private void compute(
      Node node, String pattern, int from, UnaryOperator<@Nullable Roster> change) {
    if (from > pattern.length()) {
      Roster before = node.rosters;
      Roster after = change.apply(before);
      node.rosters = after;
      count += (after == null ? 0 : 1) - (before == null ? 0 : 1);
      size = count;
      return;
    }
    int end = TopicPattern.end(pattern, from);
    String token = pattern.substring(from, end);
    Node child = node.child(token);
    if (child == null) {
      child = new Node();
      node.child(token, child);
    }
    compute(child, pattern, end + 1, change);
    if (child.isEmpty()) {
      node.child(token, null);
    }
  }

  /** The rosters of a pattern, the first lane's first. */
  @Nullable Roster get(String pattern) {
    Node node = root;
    int from = 0;
    while (node != null && from <= pattern.length()) {
      int end = TopicPattern.end(pattern, from);
      node = node.child(pattern.substring(from, end));
      from = end + 1;
    }
    return node == null ? null : node.rosters;
  }

  /** Adds the rosters of all patterns that match a topic. */
  void match(String topic, List<Roster> found) {
    match(root, topic, 0, found);
  }

  private static void match(Node node, String topic, int from, List<Roster> found) {
    if (from > topic.length()) {
      addAll(node.rosters, found);
      return;
    }
    Node rest = node.rest;
    if (rest != null) {
      addAll(rest.rosters, found);
    }
    int end = TopicPattern.end(topic, from);
    Map<String, Node> tokens = node.tokens;
    Node same = tokens == null ? null : tokens.get(topic.substring(from, end));
    if (same != null) {
      match(same, topic, end + 1, found);
    }
    Node any = node.any;
    if (any != null) {
      match(any, topic, end + 1, found);
    }
  }

  private static void addAll(@Nullable Roster first, List<Roster> found) {
    for (Roster roster = first; roster != null; roster = roster.next) {
      found.add(roster);
    }
  }
}
