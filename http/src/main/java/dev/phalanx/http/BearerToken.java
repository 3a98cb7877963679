package dev.phalanx.http;

import java.util.regex.Pattern;

/** The syntax of a bearer token (RFC 6750, section 2.1: {@code b64token}). */
final class BearerToken {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]++=*+");

  private BearerToken() {}

  static boolean isWellFormed(String token) {
    return token.length() <= Guard.MAX_TOKEN && FORM.matcher(token).matches();
  }
}
