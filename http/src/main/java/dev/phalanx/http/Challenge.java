package dev.phalanx.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a {@code WWW-Authenticate} header says: with which scheme a client can show who it is (RFC
 * 9110, section 11.3). Immutable.
 *
 * @param scheme such as {@code Bearer}
 * @param parameters in their order
 */
public record Challenge(String scheme, SequencedMap<String, String> parameters) {

  /**
   * Checks the syntax.
   *
   * @throws IllegalArgumentException if a name is no token, or a value is not printable ASCII
   */
  public Challenge {
    HeaderSyntax.checkName(scheme);
    parameters = new LinkedHashMap<>(parameters);
    parameters.forEach((name, value) -> {
      HeaderSyntax.checkName(name);
      if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
        throw new IllegalArgumentException(name + " must be printable ASCII");
      }
    });
  }

  /**
   * A challenge with the realm that it is about (section 11.5).
   *
   * @throws IllegalArgumentException if the realm is not printable ASCII
   */
  public static Challenge of(String scheme, String realm) {
    return new Challenge(scheme, new LinkedHashMap<>(Map.of("realm", realm)));
  }

  /** The same with one parameter more. */
  public Challenge with(String name, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Challenge(scheme, more);
  }

  /** A copy. */
  @Override
  public SequencedMap<String, String> parameters() {
    return new LinkedHashMap<>(parameters);
  }

  /** As it stands in the header. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheme);
    parameters.forEach((name, value) ->
        text.append(text.length() == scheme.length() ? " " : ", ")
            .append(name)
            .append("=\"")
            .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
            .append('"'));
    return text.toString();
  }
}
