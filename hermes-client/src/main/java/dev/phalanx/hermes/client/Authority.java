package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host and port of a URI (RFC 3986, section 3.2). {@link java.net.URI} finds no host where the name
 * has an underscore, as names in container networks have, or a letter outside of ASCII.
 *
 * @param host of IPv6 without brackets, with its zone if it has one
 * @param port 1 to 65535
 */
record Authority(String host, int port) {
  private static final Pattern PARTS =
      Pattern.compile("(?s)(?:\\[([^\\]]*)\\]|([^:\\[\\]]*))(?::(.*))?");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._~-]+");
  private static final String NEVER_IN_A_NAME = "<>\"\\^`{|}%,;=!$&'()*+[]:/?#@";

  /**
   * Takes an authority apart.
   *
   * @param defaultPort where it names none
   * @throws IllegalArgumentException that says what is wrong
   */
  static Authority parse(String authority, int defaultPort) {
    if (authority.contains("@")) {
      throw new IllegalArgumentException(
          "the URI must not have a user's name: send a header Authorization");
    }
    Matcher parts = PARTS.matcher(authority);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a host and port: " + authority);
    }
    String literal = parts.group(1);
    String host = literal == null ? name(parts.group(2)) : ipv6(literal);
    return new Authority(host, port(parts.group(3), defaultPort));
  }

  private static int port(String digits, int defaultPort) {
    if (digits == null || digits.isEmpty()) {
      return defaultPort;
    }
    int port = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the port must be 1 to 65535, not " + digits);
    }
    return port;
  }

  private static String name(String encoded) {
    String name = decoded(encoded);
    boolean possible = name.chars().allMatch(c -> c > ' ' && NEVER_IN_A_NAME.indexOf(c) < 0);
    if (name.isEmpty() || !possible) {
      throw new IllegalArgumentException(
          name.isEmpty() ? "the URI must name a host" : "not the name of a host: " + encoded);
    }
    return name;
  }

  private static String decoded(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char next = encoded.charAt(i);
      if (next == '%') {
        bytes.write(octet(encoded, i));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(next).getBytes(UTF_8));
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not the name of a host: " + encoded, e);
    }
  }

  private static int octet(String encoded, int at) {
    String digits = encoded.substring(at + 1, Math.min(at + 3, encoded.length()));
    if (!digits.matches("[0-9A-Fa-f]{2}")) {
      throw new IllegalArgumentException("not the name of a host: " + encoded);
    }
    return Integer.parseInt(digits, 16);
  }

  /** RFC 6874: {@code %25} is before the zone; a mere {@code %}, as many write it, will do. */
  private static String ipv6(String literal) {
    int percent = literal.indexOf('%');
    String address = percent < 0 ? literal : literal.substring(0, percent);
    if (!IPV6.matcher(address).matches()) {
      throw new IllegalArgumentException("not an address of IPv6: [" + literal + "]");
    }
    if (percent < 0) {
      return address;
    }
    String rest = literal.substring(percent + 1);
    String zone = rest.startsWith("25") && rest.length() > 2 ? decoded(rest.substring(2)) : rest;
    if (!ZONE.matcher(zone).matches()) {
      throw new IllegalArgumentException("not an address of IPv6 with a zone: [" + literal + "]");
    }
    return address + "%" + zone;
  }
}
