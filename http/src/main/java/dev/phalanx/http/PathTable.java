package dev.phalanx.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a path: the most specific pattern that matches. Filled at start-up by one
 * thread, then read by any.
 *
 * @param <T> what belongs to a pattern
 */
public final class PathTable<T> {
  private final Map<PathPattern, T> entries = new TreeMap<>();

  /**
   * Adds an entry.
   *
   * @throws IllegalArgumentException if a pattern is there that nothing could decide against
   */
  public void add(PathPattern pattern, T value) {
    for (PathPattern other : entries.keySet()) {
      if (other.isAmbiguousWith(pattern)) {
        throw new IllegalArgumentException(
            "ambiguous: \"" + pattern + "\" matches the same paths as \"" + other + "\"");
      }
    }
    entries.put(pattern, value);
  }

  /**
   * The entry for a path; null where there is none.
   *
   * @param path its decoded segments: {@link PathPattern#segmentsOf}
   */
  public @Nullable Match<T> find(List<String> path) {
    for (Map.Entry<PathPattern, T> entry : entries.entrySet()) {
      PathParams params = entry.getKey().match(path);
      if (params != null) {
        return new Match<>(entry.getValue(), params);
      }
    }
    return null;
  }

  /** The entries' values, the more specific first. */
  public Iterable<T> values() {
    return List.copyOf(entries.values());
  }

  /**
   * What was found.
   *
   * @param params what the pattern's parameters stood for
   */
  public record Match<T>(T value, PathParams params) {}
}
