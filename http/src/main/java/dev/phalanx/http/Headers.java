package dev.phalanx.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header fields in their order; names compare without case (RFC 9110, section 5.1), and one name
 * may come several times. Immutable.
 */
public final class Headers {
  private static final Headers EMPTY = new Headers(List.of());

  private final List<String> pairs; // name, value, name, value

  private Headers(List<String> pairs) {
    this.pairs = pairs;
  }

  /** No header at all. */
  public static Headers empty() {
    return EMPTY;
  }

  /**
   * Headers from names and values in turn.
   *
   * @throws IllegalArgumentException if a name is no token, or a value has a control character in
   *     it
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      check(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Headers(List.of(namesAndValues));
  }

  /**
   * These headers and one more, after those of the same name.
   *
   * @throws IllegalArgumentException if the name is no token, or the value has a control character
   *     in it (so that nobody can put a line break into a response)
   */
  public Headers with(String name, String value) {
    check(name, value);
    List<String> more = new ArrayList<>(pairs.size() + 2);
    more.addAll(pairs);
    more.add(name);
    more.add(value);
    return new Headers(more);
  }

  private static void check(String name, String value) {
    HeaderSyntax.checkName(name);
    HeaderSyntax.checkValue(name, value);
  }

  /** These headers, with one value for this name in place of all that it had. */
  public Headers replacing(String name, String value) {
    return without(name).with(name, value);
  }

  /** These headers without those of a name. */
  public Headers without(String name) {
    if (first(name) == null) {
      return this;
    }
    List<String> fewer = new ArrayList<>(pairs.size());
    forEach((key, value) -> {
      if (!key.equalsIgnoreCase(name)) {
        fewer.add(key);
        fewer.add(value);
      }
    });
    return new Headers(fewer);
  }

  /** The first value of a name; null where there is none. */
  public @Nullable String first(String name) {
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i).equalsIgnoreCase(name)) {
        return pairs.get(i + 1);
      }
    }
    return null;
  }

  /** All values of a name, in their order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i).equalsIgnoreCase(name)) {
        values.add(pairs.get(i + 1));
      }
    }
    return values;
  }

  /** Whether there is a header of this name. */
  public boolean contains(String name) {
    return first(name) != null;
  }

  /** Every name and value, in order. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.size(); i += 2) {
      action.accept(pairs.get(i), pairs.get(i + 1));
    }
  }

  /** Collects headers that a parser has checked already: what came in, not what goes out. */
  public static final class Builder {
    private final List<String> pairs = new ArrayList<>(16);

    /** Adds a header as it is. */
    public Builder add(String name, String value) {
      pairs.add(name);
      pairs.add(value);
      return this;
    }

    /** The headers. */
    public Headers build() {
      return pairs.isEmpty() ? EMPTY : new Headers(List.copyOf(pairs));
    }
  }

  /** Only the names: values may be secrets, and this lands in logs. */
  @Override
  public String toString() {
    List<String> names = new ArrayList<>();
    forEach((name, value) -> names.add(name));
    return names.toString();
  }
}
