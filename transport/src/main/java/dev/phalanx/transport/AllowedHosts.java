package dev.phalanx.transport;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that a request may name: a defence against DNS rebinding, where a page of another site
 * has its own host's name lead to this server, so that it is of the same origin. Immutable.
 */
final class AllowedHosts {
  private static final String ANY = "*";
  private static final String BELOW = "*.";

  private final boolean any;
  private final Set<String> names = new HashSet<>();
  private final List<String> suffixes = new ArrayList<>(); // each begins with a dot

  /**
   * Reads the setting.
   *
   * @param patterns empty for any host
   * @throws IllegalArgumentException if one is neither a host, nor a domain behind {@code *.}, nor
   *     {@code *}
   */
  AllowedHosts(List<String> patterns) {
    this.any = patterns.isEmpty() || patterns.contains(ANY);
    for (String pattern : patterns) {
      String host = pattern.startsWith(BELOW) ? pattern.substring(2) : pattern;
      if (!pattern.equals(ANY) && !isHost(host)) {
        throw new IllegalArgumentException(
            "allowedHosts: expected a host without a port, such as example.com, *.example.com,"
                + " 127.0.0.1 or [::1], or * for any host, not \""
                + pattern
                + "\"");
      }
      if (pattern.startsWith(BELOW)) {
        suffixes.add("." + normal(host));
      } else {
        names.add(normal(host));
      }
    }
  }

  private static boolean isHost(String text) {
    return !text.isEmpty()
        && !text.contains("*")
        && RequestTarget.isHostAndPort(text)
        && hostOf(text).length() == text.length();
  }

  /** Whether a request for this host and port may be answered. */
  boolean allow(String hostAndPort) {
    if (any) {
      return true;
    }
    String host = normal(hostOf(hostAndPort));
    return names.contains(host) || suffixes.stream().anyMatch(host::endsWith);
  }

  private static String hostOf(String hostAndPort) {
    int end = hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.indexOf(':');
    return end < 0 ? hostAndPort : hostAndPort.substring(0, end);
  }

  /** A dot at the end of a name is the root's: the same host. */
  private static String normal(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
