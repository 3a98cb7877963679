package dev.phalanx.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parameters of a path pattern stood for, decoded. Immutable. */
public final class PathParams {
  private static final PathParams NONE = new PathParams(List.of(), List.of());

  private final List<String> names;
  private final List<String> values;

  PathParams(List<String> names, List<String> values) {
    this.names = names;
    this.values = values;
  }

  /** No parameters. */
  public static PathParams none() {
    return NONE;
  }

  /**
   * The value of a parameter.
   *
   * @throws IllegalArgumentException if the pattern has no parameter of this name
   */
  public String get(String name) {
    String value = find(name);
    if (value == null) {
      throw new IllegalArgumentException("no path parameter {" + name + "}; there is " + names);
    }
    return value;
  }

  /**
   * The value of a parameter, as a number.
   *
   * @throws HttpException 404 if it isn't a {@code long}: such a path leads nowhere
   */
  public long getLong(String name) {
    String value = get(name);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new HttpException(404, "not a number in the path: {" + name + "}");
    }
  }

  /** The value of a parameter; null if the pattern has none of this name. */
  public @Nullable String find(String name) {
    int index = names.indexOf(name);
    return index < 0 ? null : values.get(index);
  }

  @Override
  public String toString() {
    return names + "=" + values;
  }
}
