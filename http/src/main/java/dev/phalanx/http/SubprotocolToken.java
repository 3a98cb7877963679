package dev.phalanx.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A bearer token in the list of subprotocols that an upgrade to WebSocket offers: the one header
 * whose content a page can choose. Base64url, since a token may have characters that a subprotocol
 * may not.
 *
 * <p>A browser drops the connection if it offered subprotocols and the server chose none, or one
 * that wasn't offered. The token must not be chosen: it would be in a response, where nobody takes
 * it for a secret. So something else must be offered beside it: what the application speaks, or
 * {@code bearer} alone, which {@link Authenticate} chooses when nobody else chose.
 */
final class SubprotocolToken {
  /** Offered beside the token where the application has no subprotocol of its own. */
  static final String COMPANION = "bearer";

  static final String HEADER = "Sec-WebSocket-Protocol";
  private static final String PREFIX = COMPANION + ".";

  private SubprotocolToken() {}

  /** The tokens that a request offers, still encoded; of one that opens no WebSocket, none. */
  static List<String> encodedIn(Request request) {
    if (!request.asksToUpgradeTo("websocket")) {
      return List.of();
    }
    return offered(request).stream()
        .filter(SubprotocolToken::isToken)
        .map(entry -> entry.substring(PREFIX.length()))
        .toList();
  }

  /**
   * The token.
   *
   * @throws IllegalArgumentException if it isn't base64url
   */
  static String decode(String encoded) {
    return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
  }

  /** Whether a request offers nothing but tokens, so that nothing could be chosen. */
  static boolean standsAlone(Request request) {
    return offered(request).stream().allMatch(SubprotocolToken::isToken);
  }

  /** Whether a request offers a token, and its companion to be chosen. */
  static boolean hasCompanion(Request request) {
    return !encodedIn(request).isEmpty() && offered(request).contains(COMPANION);
  }

  /** The request without the tokens, so that nobody behind can choose one, or log it. */
  static Request removedFrom(Request request) {
    if (encodedIn(request).isEmpty()) {
      return request;
    }
    List<String> others = offered(request).stream().filter(entry -> !isToken(entry)).toList();
    Headers.Builder headers = new Headers.Builder();
    request
        .headers()
        .forEach((name, value) -> {
          if (!name.equalsIgnoreCase(HEADER)) {
            headers.add(name, value);
          }
        });
    if (!others.isEmpty()) {
      headers.add(HEADER, String.join(", ", others));
    }
    return new Request(
        request.method(),
        request.target(),
        headers.build(),
        request.body(),
        request.remoteAddress(),
        request.secure());
  }

  private static boolean isToken(String entry) {
    return entry.startsWith(PREFIX);
  }

  private static List<String> offered(Request request) {
    List<String> entries = new ArrayList<>();
    for (String line : request.headers().all(HEADER)) {
      for (String entry : line.split(",", -1)) {
        if (!entry.isBlank()) {
          entries.add(entry.strip());
        }
      }
    }
    return entries;
  }
}
