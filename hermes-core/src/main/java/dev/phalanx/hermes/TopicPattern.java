package dev.phalanx.hermes;

/** Names of topics as tokens, separated by dots, and patterns of these. */
final class TopicPattern {
  static final String ANY = "*";
  static final String REST = ">";

  static final int MOST_TOKENS = 32;

  private TopicPattern() {}

  /**
   * A pattern that is one.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static String check(String pattern) {
    String[] tokens = pattern.split("\\.", -1);
    if (tokens.length > MOST_TOKENS) {
      throw wrong(pattern, "it has more than " + MOST_TOKENS + " tokens");
    }
    for (int i = 0; i < tokens.length; i++) {
      String token = tokens[i];
      if (token.isEmpty()) {
        throw wrong(pattern, "it has an empty token");
      }
      if (token.equals(REST) && i < tokens.length - 1) {
        throw wrong(pattern, "> stands for the rest, and must be the last token");
      }
      if (token.length() > 1 && (token.contains(ANY) || token.contains(REST))) {
        throw wrong(pattern, "* and > stand for whole tokens, not for a part of \"" + token + '"');
      }
    }
    return pattern;
  }

  private static IllegalArgumentException wrong(String pattern, String why) {
    return new IllegalArgumentException("the pattern \"" + pattern + "\": " + why);
  }

  /** Whether something in a pattern stands for something else. */
  static boolean hasWildcards(String pattern) {
    return pattern.contains(ANY) || pattern.contains(REST);
  }

  /** Whether a pattern matches a topic, whose name is taken literally. */
  static boolean matches(String pattern, String topic) {
    int at = 0;
    int from = 0;
    while (at <= pattern.length() && from <= topic.length()) {
      int end = end(pattern, at);
      String token = pattern.substring(at, end);
      if (token.equals(REST)) {
        return true;
      }
      int topicEnd = end(topic, from);
      if (!token.equals(ANY) && !token.equals(topic.substring(from, topicEnd))) {
        return false;
      }
      at = end + 1;
      from = topicEnd + 1;
    }
    return at > pattern.length() && from > topic.length();
  }

  /** Whether there is a topic that both patterns match. */
  static boolean overlap(String one, String other) {
    String[] some = one.split("\\.", -1);
    String[] more = other.split("\\.", -1);
    for (int i = 0; i < some.length && i < more.length; i++) {
      if (some[i].equals(REST) || more[i].equals(REST)) {
        return true;
      }
      if (!some[i].equals(ANY) && !more[i].equals(ANY) && !some[i].equals(more[i])) {
        return false;
      }
    }
    return some.length == more.length;
  }

  /** Where the token ends that begins there. */
  static int end(String name, int from) {
    int dot = name.indexOf('.', from);
    return dot < 0 ? name.length() : dot;
  }
}
