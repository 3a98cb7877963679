package dev.phalanx.hermes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The last values of topics, for who subscribes later. Changed under the monitor, and under the
 * topic's entry besides: so a subscription to a topic comes before a value or after it, never
 * between. The monitor alone does the same for patterns.
 */
final class Retained {
  private final int mostTopics;
  private final long mostBytes;
  private final Map<String, Publication> values = new ConcurrentHashMap<>();
  private final TopicTrie<Publication> byTokens = new TopicTrie<>(); // the same; guarded by this
  private long bytes; // guarded by this

  Retained(int mostTopics, long mostBytes) {
    this.mostTopics = mostTopics;
    this.mostBytes = mostBytes;
  }

  /**
   * Keeps a value in place of the one before. Under the monitor.
   *
   * @throws IllegalStateException if there is no room; then nothing is changed
   */
  void put(String topic, Publication value) {
    Publication before = values.get(topic);
    long after = bytes + size(topic, value) - (before == null ? 0 : size(topic, before));
    if (before == null && values.size() >= mostTopics) {
      throw new IllegalStateException(
          "a value of \"%s\" can't be retained: retainedTopics (%d) is reached"
              .formatted(topic, mostTopics));
    }
    if (after > mostBytes) {
      throw new IllegalStateException(
          "a value of \"%s\" can't be retained: retainedBytes (%d bytes) is reached"
              .formatted(topic, mostBytes));
    }
    values.put(topic, value);
    byTokens.put(topic, value);
    bytes = after;
  }

  /** Under the monitor. */
  void remove(String topic) {
    Publication before = values.remove(topic);
    if (before != null) {
      byTokens.remove(topic);
      bytes -= size(topic, before);
    }
  }

  private static long size(String topic, Publication value) {
    return 2L * topic.length() + value.plain().length();
  }

  /** The value of a topic, under its entry. */
  List<Publication> of(String topic) {
    Publication value = values.get(topic);
    return value == null ? List.of() : List.of(value);
  }

  /** The values of all topics that match a pattern, under the monitor. */
  List<Publication> matching(String pattern) {
    return byTokens.matching(pattern);
  }

  @Nullable WsMessage value(String topic) {
    Publication value = values.get(topic);
    return value == null ? null : value.message();
  }

  int size() {
    return values.size();
  }
}
