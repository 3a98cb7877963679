package dev.phalanx.rfc6455;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of the opening handshake (RFC 6455 §4): keys, and headers that list tokens. Pure
 * functions, for any thread, in time linear in the length of their input.
 */
public final class Handshake {
  private static final MessageDigest SHA_1 = findSha1(); // copied only, and so for any thread

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  private static final int KEY_CHARS = 24;

  private Handshake() {}

  /**
   * The {@code Sec-WebSocket-Accept} that answers this {@code Sec-WebSocket-Key} (RFC 6455 §4.2.2).
   */
  public static String accept(String key) {
    byte[] digest = sha1().digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
    return Base64.getEncoder().encodeToString(digest);
  }

  /** Whether this is the base64 of exactly 16 bytes (RFC 6455 §4.1, §4.2.1). */
  public static boolean isValidKey(@Nullable String key) {
    if (key == null || key.length() != KEY_CHARS || !key.endsWith("==")) {
      return false;
    }
    for (int i = 0; i < KEY_CHARS - 2; i++) {
      char c = key.charAt(i);
      if (!isAlphanumeric(c) && c != '+' && c != '/') {
        return false;
      }
    }
    return true;
  }

  /**
   * A key for a client's handshake (RFC 6455 §4.1).
   *
   * @param random must be hard to predict: a {@link java.security.SecureRandom}, outside of tests
   */
  public static String newKey(RandomGenerator random) {
    byte[] nonce = new byte[KEY_BYTES];
    random.nextBytes(nonce);
    return Base64.getEncoder().encodeToString(nonce);
  }

  /**
   * The tokens of a header that is a comma-separated list (RFC 9110 §5.6.1), such as {@code
   * Sec-WebSocket-Protocol}, in order. A header that is repeated is one list (§5.3); empty elements
   * are skipped, as a recipient must.
   *
   * @param headerValues the values of all lines of this header
   * @throws IllegalArgumentException if an element is not a token; the message says where
   */
  public static List<String> tokens(Iterable<String> headerValues) {
    List<String> elements = elements(headerValues);
    for (int i = 0; i < elements.size(); i++) {
      if (!isToken(elements.get(i))) {
        // The element itself stays out: it is the peer's, and may be long or unfit for a log.
        throw new IllegalArgumentException(
            "element " + (i + 1) + " of a comma-separated list of tokens is not a token");
      }
    }
    return elements;
  }

  /**
   * Whether a comma-separated list has this token, in any case: for {@code Connection} and {@code
   * Upgrade} (RFC 6455 §4.2.1). Elements that are not tokens are passed over.
   *
   * @param headerValues the values of all lines of this header
   */
  public static boolean hasToken(Iterable<String> headerValues, String token) {
    for (String element : elements(headerValues)) {
      // Only tokens are compared: to equalsIgnoreCase the Kelvin sign would be a k.
      if (isToken(element) && element.equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  /** Whether this is a token (RFC 9110 §5.6.2): not empty, no whitespace, no separators. */
  public static boolean isToken(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (!isTokenChar(s.charAt(i))) {
        return false;
      }
    }
    return !s.isEmpty();
  }

  private static List<String> elements(Iterable<String> headerValues) {
    List<String> elements = new ArrayList<>();
    for (String value : headerValues) {
      int start = 0;
      while (start <= value.length()) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        String element = withoutWhitespaceAround(value, start, end);
        if (!element.isEmpty()) {
          elements.add(element);
        }
        start = end + 1;
      }
    }
    return elements;
  }

  /** Strips space and tab, and no more: any other blank makes the element malformed. */
  private static String withoutWhitespaceAround(String value, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && isWhitespace(value.charAt(from))) {
      from++;
    }
    while (from < to && isWhitespace(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  static boolean isWhitespace(char c) {
    return c == ' ' || c == '\t';
  }

  static boolean isTokenChar(char c) {
    return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** A copy: the search for it leaves a thread-local map in each thread that makes it. */
  private static MessageDigest sha1() {
    try {
      return (MessageDigest) SHA_1.clone();
    } catch (CloneNotSupportedException impossible) { // the JDK's own can be
      throw new AssertionError(impossible);
    }
  }

  private static MessageDigest findSha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      // Every Java platform has SHA-1: see the documentation of MessageDigest.
      throw new AssertionError(impossible);
    }
  }
}
