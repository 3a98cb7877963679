package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something of each of some topics, by their tokens: {@link PatternTrie} the other way round. To
 * find what a pattern matches takes as long as there is of what begins as it does, not as there are
 * topics. For one thread at a time.
 *
 * <p>It is no deeper than a pattern may be. A topic with more tokens has its last ones in one,
 * which only {@code >} matches; so no name, of whatever a peer has made it, costs many nodes.
 */
final class TopicTrie<V> {
  private static final int MOST_LEVELS = TopicPattern.MOST_TOKENS;

  private static final class Node<V> {
    @Nullable Map<String, Node<V>> below; // by the next token; null until there is one
    @Nullable V value; // of the topic that ends here

    boolean isEmpty() {
      return below == null && value == null;
    }

    Node<V> child(String token) {
      Map<String, Node<V>> known = below;
      if (known == null) {
        known = new HashMap<>(2);
        below = known;
      }
      return known.computeIfAbsent(token, any -> new Node<>());
    }

    void prune(String token) {
      if (below != null) {
        below.remove(token);
        below = below.isEmpty() ? null : below;
      }
    }
  }

  private final Node<V> root = new Node<>();

  boolean isEmpty() {
    return root.isEmpty();
  }

  /** Puts something in the place of what a topic had. */
  void put(String topic, V value) {
    Node<V> node = root;
    int from = 0;
    for (int level = 1; from <= topic.length(); level++) {
      int end = end(topic, from, level);
      node = node.child(topic.substring(from, end));
      from = end + 1;
    }
    node.value = value;
  }

  private static int end(String topic, int from, int level) {
    return level == MOST_LEVELS ? topic.length() : TopicPattern.end(topic, from);
  }

  void remove(String topic) {
    remove(root, topic, 0, 1);
  }

  private static <V> void remove(Node<V> node, String topic, int from, int level) {
    if (from > topic.length()) {
      node.value = null;
      return;
    }
    int end = end(topic, from, level);
    String token = topic.substring(from, end);
    Node<V> child = node.below == null ? null : node.below.get(token);
    if (child != null) {
      remove(child, topic, end + 1, level + 1);
      if (child.isEmpty()) {
        node.prune(token);
      }
    }
  }

  /** What the topics have that match a pattern, in no order. */
  List<V> matching(String pattern) {
    List<V> found = new ArrayList<>();
    match(root, pattern, 0, 1, found);
    return found;
  }

  private static <V> void match(Node<V> node, String pattern, int from, int level, List<V> found) {
    if (from > pattern.length()) {
      if (node.value != null) {
        found.add(node.value);
      }
      return;
    }
    Map<String, Node<V>> below = node.below;
    if (below == null) {
      return;
    }
    int end = TopicPattern.end(pattern, from);
    String token = pattern.substring(from, end);
    switch (token) {
      case TopicPattern.REST -> below.values().forEach(child -> addAll(child, found));
      case TopicPattern.ANY ->
          below.forEach((key, child) -> {
            if (level < MOST_LEVELS || key.indexOf('.') < 0) { // else it is several tokens
              match(child, pattern, end + 1, level + 1, found);
            }
          });
      default -> {
        Node<V> same = below.get(token);
        if (same != null) {
          match(same, pattern, end + 1, level + 1, found);
        }
      }
    }
  }

  private static <V> void addAll(Node<V> node, List<V> found) {
    if (node.value != null) {
      found.add(node.value);
    }
    if (node.below != null) {
      node.below.values().forEach(child -> addAll(child, found));
    }
  }
}
