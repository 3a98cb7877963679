package dev.phalanx.http;

import dev.phalanx.aegis.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads names and passwords. Those that can't be decoded are refused like wrong ones: RFC 7617
 * knows no other answer.
 *
 * @param challenge what says how
 * @param check who knows passwords
 */
record BasicGuard(Challenge challenge, PasswordCheck check) implements Guard {

  @Override
  public Verdict check(RequestScope scope) throws Exception {
    Credentials credentials = Credentials.of(scope.request());
    if (credentials == null || !credentials.areOf(challenge.scheme())) {
      return new Verdict.Missing(List.of(challenge));
    }
    String pair = decoded(credentials.value());
    int colon = pair == null ? -1 : pair.indexOf(':'); // a name has none, a password may
    if (pair == null || colon < 0) {
      return new Verdict.Refused(List.of(challenge));
    }
    Identity identity = check.identify(pair.substring(0, colon), pair.substring(colon + 1));
    return identity == null
        ? new Verdict.Refused(List.of(challenge))
        : Verdict.granted(identity, challenge.scheme());
  }

  /** Null for what is not the Base64 of UTF-8, or has control characters (RFC 7617, section 2). */
  private static @Nullable String decoded(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      String pair = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return pair.chars().anyMatch(Character::isISOControl) ? null : pair;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }
}
