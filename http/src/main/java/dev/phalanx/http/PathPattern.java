package dev.phalanx.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A path with parameters: {@code /ws/rooms/{room}}, {@code /ws/users/{id:\d+}/feed}. A parameter is
 * a whole segment, with a regular expression or without; it matches the segment after
 * percent-decoding. Immutable.
 */
public final class PathPattern {
  private final String text;
  private final List<Segment> segments;
  private final List<String> names;

  private PathPattern(String text, List<Segment> segments) {
    this.text = text;
    this.segments = segments;
    this.names = segments.stream().filter(s -> s.kind != Kind.LITERAL).map(s -> s.name).toList();
    long different = names.stream().distinct().count();
    if (different < names.size()) {
      throw malformed(text, "it has two parameters of one name");
    }
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is malformed; the message says where
   */
  public static PathPattern of(String text) {
    if (!text.startsWith("/")) {
      throw malformed(text, "it must begin with a slash");
    }
    List<Segment> segments = new ArrayList<>();
    List<String> parts = split(text);
    for (String part : parts) {
      if (part.isEmpty() && segments.size() < parts.size() - 1) {
        throw malformed(text, "it has two slashes in a row: write one");
      }
      segments.add(segment(text, part));
    }
    return new PathPattern(text, List.copyOf(segments));
  }

  /** This pattern below a prefix: what mounting does. */
  public PathPattern under(PathPattern prefix) {
    String base =
        prefix.text.endsWith("/")
            ? prefix.text.substring(0, prefix.text.length() - 1)
            : prefix.text;
    return of(base + text);
  }

  /**
   * What the parameters stand for in a path; null if it doesn't match.
   *
   * @param path its segments, decoded: see {@link #segmentsOf}
   */
  public @Nullable PathParams match(List<String> path) {
    if (path.size() != segments.size() || !matchesStart(path)) {
      return null;
    }
    if (names.isEmpty()) {
      return PathParams.none();
    }
    List<String> values = new ArrayList<>(names.size());
    for (int i = 0; i < path.size(); i++) {
      if (segments.get(i).kind != Kind.LITERAL) {
        values.add(path.get(i));
      }
    }
    return new PathParams(names, values);
  }

  /**
   * Whether the pattern could match a path, as far as one can see without running its regular
   * expressions: false only if it doesn't match.
   */
  boolean couldMatch(List<String> path) {
    if (path.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (segment.kind != Kind.EXPRESSION && !segment.matches(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a path begins with what this pattern describes, or is it. */
  public boolean isPrefixOf(List<String> path) {
    boolean root = segments.size() == 1 && segments.getFirst().isEmptyLiteral();
    return root || (path.size() >= segments.size() && matchesStart(path));
  }

  /**
   * Whether a path that the other pattern describes could begin with what this one describes;
   * parameters with an expression are taken to match.
   */
  public boolean couldBePrefixOf(PathPattern other) {
    if (segments.size() == 1 && segments.getFirst().isEmptyLiteral()) {
      return true;
    }
    if (other.segments.size() < segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      Segment own = segments.get(i);
      Segment others = other.segments.get(i);
      boolean literals = own.kind == Kind.LITERAL && others.kind == Kind.LITERAL;
      if (literals && !own.name.equals(others.name)) {
        return false;
      }
    }
    return true;
  }

  private boolean matchesStart(List<String> path) {
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).matches(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the two differ in nothing but the names of parameters: nothing could decide. */
  public boolean isAmbiguousWith(PathPattern other) {
    return equals(other);
  }

  /**
   * Below 0 if this is the more specific: segment by segment, a literal goes before a parameter
   * with an expression, which goes before one without. 0 says nothing of being equal.
   */
  int compareSpecificity(PathPattern other) {
    int shorter = Math.min(segments.size(), other.segments.size());
    for (int i = 0; i < shorter; i++) {
      int order = segments.get(i).kind.compareTo(other.segments.get(i).kind);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(segments.size(), other.segments.size());
  }

  /** Patterns that match the same paths in the same way, whatever their parameters are called. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PathPattern pattern) || segments.size() != pattern.segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).matchesAs(pattern.segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return segments.size();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  /**
   * The decoded segments of a request's path.
   *
   * @throws HttpException 400 if it is not well-formed
   */
  public static List<String> segmentsOf(String path) {
    if (!path.startsWith("/")) {
      throw new HttpException(400, "the request target must be a path that begins with a slash");
    }
    List<String> decoded = new ArrayList<>();
    int start = 1;
    for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', start)) {
      decoded.add(PercentCoding.decode(path.substring(start, slash)));
      start = slash + 1;
    }
    decoded.add(PercentCoding.decode(path.substring(start)));
    return decoded;
  }

  /** Splits at slashes outside braces. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 1;
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && depth > 0) {
        i++; // an escaped character of an expression
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
        if (depth < 0) {
          throw malformed(text, "it closes a brace that was not opened");
        }
      } else if (c == '/' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (depth > 0) {
      throw malformed(text, "it opens a brace that is not closed");
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Segment segment(String pattern, String part) {
    if (!part.startsWith("{")) {
      if (part.contains("{") || part.contains("}")) {
        throw malformed(pattern, "a parameter must be a whole segment: \"" + part + "\"");
      }
      checkLiteral(pattern, part);
      return new Segment(Kind.LITERAL, part, null);
    }
    if (!part.endsWith("}")) {
      throw malformed(pattern, "a parameter must be a whole segment: \"" + part + "\"");
    }
    String inside = part.substring(1, part.length() - 1);
    int colon = inside.indexOf(':');
    String name = colon < 0 ? inside : inside.substring(0, colon);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw malformed(pattern, "\"" + name + "\" is not the name of a parameter");
    }
    if (colon < 0) {
      return new Segment(Kind.PARAMETER, name, null);
    }
    try {
      return new Segment(Kind.EXPRESSION, name, Pattern.compile(inside.substring(colon + 1)));
    } catch (PatternSyntaxException e) {
      throw malformed(pattern, "the expression of {" + name + "} is wrong: " + e.getDescription());
    }
  }

  /** Refuses what other routers understand, and what no request's path can contain. */
  private static void checkLiteral(String pattern, String part) {
    if (part.contains("*")) {
      throw malformed(
          pattern,
          "\"*\" is no wildcard: write {name} for any one segment; a route has a fixed number of them");
    }
    if (part.startsWith(":")) {
      throw malformed(pattern, "write {" + part.substring(1) + "} in place of \"" + part + "\"");
    }
    if (part.contains("?") || part.contains("#")) {
      throw malformed(
          pattern, "a pattern is for the path alone: leave out what begins with \"?\" or \"#\"");
    }
    if (part.contains("%")) {
      throw malformed(pattern, "write \"" + part + "\" without percent-encoding");
    }
  }

  private static IllegalArgumentException malformed(String pattern, String why) {
    return new IllegalArgumentException("malformed path pattern \"" + pattern + "\": " + why);
  }

  /** The more specific first. */
  private enum Kind {
    LITERAL,
    EXPRESSION,
    PARAMETER
  }

  /**
   * One segment.
   *
   * @param name the text of a literal, or the name of a parameter
   */
  private record Segment(Kind kind, String name, @Nullable Pattern expression) {

    boolean matches(String segment) {
      return switch (kind) {
        case LITERAL -> segment.equals(name);
        case EXPRESSION -> expression != null && expression.matcher(segment).matches();
        case PARAMETER -> !segment.isEmpty();
      };
    }

    boolean isEmptyLiteral() {
      return kind == Kind.LITERAL && name.isEmpty();
    }

    /** Whether it matches what the other one matches, as far as one can see. */
    boolean matchesAs(Segment other) {
      return kind == other.kind
          && switch (kind) {
            case LITERAL -> name.equals(other.name);
            case EXPRESSION -> String.valueOf(expression).equals(String.valueOf(other.expression));
            case PARAMETER -> true;
          };
    }
  }
}
