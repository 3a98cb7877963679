package dev.phalanx.fuzz;

import dev.phalanx.http.Headers;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.PathPattern;
import dev.phalanx.http.Request;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The target of a request, as a route reads it; and the text of a route, as an operator writes it.
 */
public final class PathsFuzz {
  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("peer", 1);
  private static final PathPattern ROOM = PathPattern.of("/rooms/{room}");
  private static final PathPattern USER = PathPattern.of("/users/{id:\\d+}/feed");

  private PathsFuzz() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    checkTarget(text);
    checkPattern(text);
  }

  private static void checkTarget(String target) {
    Request request = new Request("GET", target, Headers.empty(), new byte[0], NOWHERE, false);
    try {
      List<String> path = PathPattern.segmentsOf(request.path());
      PathParams room = ROOM.match(path);
      Promise.that(room == null || !room.get("room").isEmpty(), "a parameter is not empty");
      PathParams user = USER.match(path);
      Promise.that(user == null || user.get("id").matches("\\d+"), "a parameter is of its type");
      Promise.that(path.size() == request.path().split("/", -1).length - 1, "%2F splits nothing");
      request.queryParameter("token");
    } catch (HttpException refusal) {
      Promise.that(refusal.status() == 400, "what is malformed is a 400");
    }
  }

  private static void checkPattern(String text) {
    try {
      PathPattern pattern = PathPattern.of(text);
      Promise.that(pattern.toString().equals(text), "a pattern is shown as it was written");
      Promise.that(pattern.equals(PathPattern.of(text)), "a pattern is what it is");
    } catch (IllegalArgumentException malformed) {
      Promise.that(
          String.valueOf(malformed.getMessage()).startsWith("malformed path pattern"),
          "it is said what is wrong");
    }
  }
}
