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
        Extension element = elements.size() < MAX_EXTENSIONS ? parser.element() : null;
        if (element != null) {
          elements.add(element);
        } else if (strict) {
          // The element itself stays out: it is the peer's, and may be long or unfit for a log.
          throw new IllegalArgumentException("Sec-WebSocket-Extensions is malformed");
        } else if (elements.size() == MAX_EXTENSIONS) {
          return elements;
        }
      }
    }
    return elements;
  }

  /** Empty elements of a list are skipped, as a recipient must (RFC 9110 §5.6.1). */
  private boolean skipToElement() {
    while (at < line.length() && (isWhitespace() || line.charAt(at) == ',')) {
      at++;
    }
    return at < line.length();
  }

  /** The element here, or null if it is malformed; either way the next one comes after. */
  private @Nullable Extension element() {
    Extension read = extension();
    if (read != null && (at == line.length() || line.charAt(at) == ',')) {
      return read;
    }
    skipElement();
    return null;
  }

  private void skipElement() {
    while (at < line.length() && line.charAt(at) != ',') {
      if (line.charAt(at) == '"') {
        quoted();
      } else {
        at++;
      }
    }
  }

  private @Nullable Extension extension() {
    String name = token();
    List<Extension.Parameter> parameters = new ArrayList<>(2);
    while (name != null && skip(';')) {
      Extension.Parameter parameter = parameters.size() < MAX_PARAMETERS ? parameter() : null;
      if (parameter == null) {
        return null;
      }
      parameters.add(parameter);
    }
    return name == null ? null : new Extension(name, parameters);
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
