package dev.phalanx.rfc6455;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of {@code Sec-WebSocket-Extensions} (RFC 6455 §9.1): elements, each a token and
 * parameters after semicolons, whose values are tokens, quoted or not. It never goes back in the
 * input, so that no header takes more than linear time (CVE-2021-32640).
 */
final class ExtensionParser {
  static final int MAX_EXTENSIONS = 32;
  static final int MAX_PARAMETERS = 16;

  private final String line;
  private int at;

  private ExtensionParser(String line) {
    this.line = line;
  }

  static List<Extension> parse(Iterable<String> lines, boolean strict) {
    List<Extension> elements = new ArrayList<>(1);
    for (String line : lines) {
      ExtensionParser parser = new ExtensionParser(line);
      while (parser.skipToElement()) {
        Extension element = parser.element();
        boolean fits =
            elements.size() < MAX_EXTENSIONS && element.parameters().size() <= MAX_PARAMETERS;
        if (fits) {
          elements.add(element);
        } else if (strict) {
          throw malformed();
        }
      }
    }
    return elements;
  }

  /** The element itself stays out: it is the peer's, and may be long or unfit for a log. */
  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("Sec-WebSocket-Extensions is malformed");
  }

  /** Empty elements of a list are skipped, as a recipient must (RFC 9110 §5.6.1). */
  private boolean skipToElement() {
    while (at < line.length() && (isWhitespace() || line.charAt(at) == ',')) {
      at++;
    }
    return at < line.length();
  }

  /** The element here; of its parameters, one too many may be there to show it. */
  private Extension element() {
    String name = token();
    List<Extension.Parameter> parameters = new ArrayList<>(2);
    while (name != null && skip(';')) {
      Extension.Parameter parameter = parameter();
      if (parameter == null) {
        throw malformed();
      }
      if (parameters.size() <= MAX_PARAMETERS) {
        parameters.add(parameter);
      }
    }
    if (name == null || (at < line.length() && line.charAt(at) != ',')) {
      throw malformed();
    }
    return new Extension(name, parameters);
  }

  private Extension.@Nullable Parameter parameter() {
    String name = token();
    if (name == null) {
      return null;
    }
    if (!skip('=')) {
      return new Extension.Parameter(name, null);
    }
    String value = value();
    return value == null ? null : new Extension.Parameter(name, value);
  }

  private @Nullable String value() {
    skipWhitespace();
    if (at == line.length() || line.charAt(at) != '"') {
      return token();
    }
    String value = quoted();
    skipWhitespace();
    // §9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF".
    return value != null && Handshake.isToken(value) ? value : null;
  }

  /** What is between the quotes, without backslashes; null if they are not closed. */
  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && ++at == line.length()) {
        return null;
      }
      value.append(line.charAt(at));
    }
    return null;
  }

  /** A token, with the whitespace around it. */
  private @Nullable String token() {
    skipWhitespace();
    int from = at;
    while (at < line.length() && Handshake.isTokenChar(line.charAt(at))) {
      at++;
    }
    String token = line.substring(from, at);
    skipWhitespace();
    return token.isEmpty() ? null : token;
  }

  private boolean skip(char separator) {
    boolean isThere = at < line.length() && line.charAt(at) == separator;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private void skipWhitespace() {
    while (at < line.length() && isWhitespace()) {
      at++;
    }
  }

  private boolean isWhitespace() {
    return Handshake.isWhitespace(line.charAt(at));
  }
}
