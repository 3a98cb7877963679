package dev.phalanx.http;

import dev.phalanx.aegis.Identity;
import dev.phalanx.aegis.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sent a request, from the credentials in it. {@link Authenticate} asks it, for HTTP
 * and for the upgrade to WebSocket alike.
 *
 * <pre>{@code
 * Guard guard = Guard.anyOf(Guard.bearer(token -> sessions.find(token)), tickets.guard());
 * }</pre>
 *
 * <p>Called on the request's own virtual thread: it may block. One guard is asked by many threads
 * at once.
 */
@FunctionalInterface
public interface Guard {
  /** How long a bearer token may be, in characters. */
  int MAX_TOKEN = 4_096;

  /** The least length of a {@link #sharedSecret}, in characters. */
  int MIN_SECRET = 16;

  /** What challenges name as their realm where nothing else is given. */
  String DEFAULT_REALM = "hermes";

  /**
   * Judges a request.
   *
   * @throws HttpException for another refusal: 503 where nobody can be asked, for instance
   * @throws Exception for a failure: logged once, and the peer gets a 500. Nobody passes then
   */
  Verdict check(RequestScope scope) throws Exception;

  /** Says whose token it is. */
  @FunctionalInterface
  interface TokenCheck {
    /**
     * Looks a token up, or verifies it.
     *
     * @param token as the client has it; not empty, {@link Guard#MAX_TOKEN} at most
     * @return whose it is; null if it is nobody's, or no longer
     */
    @Nullable Identity identify(String token) throws Exception;
  }

  /** Says whose password it is. */
  @FunctionalInterface
  interface PasswordCheck {
    /**
     * Checks a password. Let it cost the same whether there is such a user or not.
     *
     * @return who it is; null if there is no such user, or this is not their password
     */
    @Nullable Identity identify(String user, String password) throws Exception;
  }

  /**
   * Reads bearer tokens (RFC 6750): in the {@code Authorization} header; and of an upgrade to
   * WebSocket, where a browser can't set that, in the list of subprotocols, as {@code bearer.} and
   * the token in base64url without padding. A token in the query is not read: it would be in every
   * log; {@link Tickets} are for that.
   */
  static Guard bearer(TokenCheck check) {
    return bearer(DEFAULT_REALM, check);
  }

  /**
   * The same with a realm of its own.
   *
   * @throws IllegalArgumentException if the realm is not printable ASCII
   */
  static Guard bearer(String realm, TokenCheck check) {
    return new BearerGuard(Challenge.of("Bearer", realm), check);
  }

  /**
   * Reads bearer tokens of which there is just one: a secret that a few programs share. Compared in
   * constant time.
   *
   * @throws IllegalArgumentException if the secret is shorter than {@link #MIN_SECRET}, or no token
   *     can be it (RFC 6750, section 2.1)
   */
  static Guard sharedSecret(String secret, Identity whose) {
    if (secret.length() < MIN_SECRET || secret.length() > MAX_TOKEN) {
      throw new IllegalArgumentException(
          "sharedSecret must have %d to %d characters, not %d"
              .formatted(MIN_SECRET, MAX_TOKEN, secret.length()));
    }
    if (!BearerToken.isWellFormed(secret)) {
      throw new IllegalArgumentException(
          "sharedSecret must be letters, digits and -._~+/ only, with = at its end or without");
    }
    return bearer(token -> Secrets.equal(token, secret) ? whose : null);
  }

  /**
   * Reads a user's name and password (RFC 7617), in UTF-8. Fit for tools, over TLS; a browser that
   * is challenged so opens a window of its own.
   *
   * @throws IllegalArgumentException if the realm is not printable ASCII
   */
  static Guard basic(String realm, PasswordCheck check) {
    return new BasicGuard(Challenge.of("Basic", realm).with("charset", "UTF-8"), check);
  }

  /**
   * Asks guards in turn, until one grants. Credentials that one refuses may be another's; malformed
   * ones end it. Where all refuse, the response has the challenges of all.
   *
   * @throws IllegalArgumentException if there is none to ask
   */
  static Guard anyOf(Guard... guards) {
    return new AnyGuard(List.of(guards));
  }
}
