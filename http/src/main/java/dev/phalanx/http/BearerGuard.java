package dev.phalanx.http;

import dev.phalanx.aegis.Identity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads bearer tokens. The errors are those of RFC 6750, section 3.1.
 *
 * @param challenge what says how
 * @param check who knows tokens
 */
record BearerGuard(Challenge challenge, TokenCheck check) implements Guard {

  @Override
  public Verdict check(RequestScope scope) throws Exception {
    Request request = scope.request();
    List<String> offered = SubprotocolToken.encodedIn(request);
    List<String> tokens = new ArrayList<>();
    Credentials credentials = Credentials.of(request);
    if (credentials != null && credentials.areOf(challenge.scheme())) {
      tokens.add(credentials.value());
    }
    for (String encoded : offered) {
      String token = decoded(encoded);
      if (token == null) {
        return malformed("the bearer token among the subprotocols is not base64url");
      }
      tokens.add(token);
    }
    if (tokens.isEmpty()) {
      return new Verdict.Missing(List.of(challenge));
    }
    if (tokens.size() > 1) {
      return malformed("there must be one bearer token at most"); // RFC 6750, section 2
    }
    if (!offered.isEmpty() && SubprotocolToken.standsAlone(request)) {
      return malformed(
          "offer a subprotocol beside the bearer token, such as \""
              + SubprotocolToken.COMPANION
              + "\": browsers want one to be chosen, and a token never is");
    }
    return judged(tokens.getFirst());
  }

  private Verdict judged(String token) throws Exception {
    if (!BearerToken.isWellFormed(token)) {
      return malformed(
          token.length() > MAX_TOKEN
              ? "the bearer token is longer than " + MAX_TOKEN + " characters"
              : "the bearer token is malformed (RFC 6750, section 2.1)");
    }
    Identity identity = check.identify(token);
    return identity == null
        ? new Verdict.Refused(List.of(challenge.with("error", "invalid_token")))
        : Verdict.granted(identity, challenge.scheme());
  }

  private Verdict malformed(String reason) {
    return new Verdict.Malformed(challenge.with("error", "invalid_request"), reason);
  }

  private static @Nullable String decoded(String encoded) {
    try {
      return SubprotocolToken.decode(encoded);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
