package dev.phalanx.transport;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The Date header (RFC 9110, section 6.6.1), formatted once a second. Any thread. */
final class HttpDate {
  private static volatile Formatted last = new Formatted(0, "");

  private HttpDate() {}

  static String now() {
    long second = System.currentTimeMillis() / 1000;
    Formatted known = last;
    if (known.second != second) {
      String text =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC));
      known = new Formatted(second, text);
      last = known;
    }
    return known.text;
  }

  private record Formatted(long second, String text) {}
}
