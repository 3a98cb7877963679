package dev.phalanx.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to a path: the most specific pattern that matches. Segment by segment, a
 * literal goes before a parameter with an expression, which goes before one without; where that
 * doesn't decide, as between {@code {id:\d+}} and {@code {name:\w+}}, the pattern that was added
 * first. Filled at start-up by one thread, then read by any.
 *
 * @param <T> what belongs to a pattern
 */
public final class PathTable<T> {
  private record Entry<T>(PathPattern pattern, T value) {}

  private final List<Entry<T>> entries = new ArrayList<>(); // in the order of asking

  /**
   * Adds an entry.
   *
   * @throws IllegalArgumentException if a pattern is there that nothing could decide against
   */
  public void add(PathPattern pattern, T value) {
    for (Entry<T> other : entries) {
      if (other.pattern.isAmbiguousWith(pattern)) {
        throw new IllegalArgumentException(
            "ambiguous: \"" + pattern + "\" matches the same paths as \"" + other.pattern + "\"");
      }
    }
    int place = entries.size();
    while (place > 0 && pattern.compareSpecificity(entries.get(place - 1).pattern) < 0) {
      place--; // never before one that is as specific
    }
    entries.add(place, new Entry<>(pattern, value));
  }

  /**
   * The entry for a path; null where there is none.
   *
   * @param path its decoded segments: {@link PathPattern#segmentsOf}
   */
  public @Nullable Match<T> find(List<String> path) {
    for (Entry<T> entry : entries) {
      PathParams params = entry.pattern.match(path);
      if (params != null) {
        return new Match<>(entry.value, params);
      }
    }
    return null;
  }

  /**
   * The values of all entries that a path could lead to. Unlike {@link #find}, it runs no regular
   * expression of a pattern, and so it may return values of patterns that don't match.
   */
  public List<T> candidates(List<String> path) {
    List<T> found = new ArrayList<>();
    for (Entry<T> entry : entries) {
      if (entry.pattern.couldMatch(path)) {
        found.add(entry.value);
      }
    }
    return found;
  }

  /** The entries' values, the more specific first. */
  public Iterable<T> values() {
    return entries.stream().map(Entry::value).toList();
  }

  /**
   * What was found.
   *
   * @param params what the pattern's parameters stood for
   */
  public record Match<T>(T value, PathParams params) {}
}
