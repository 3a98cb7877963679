package dev.phalanx.aegis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Making secrets, and comparing them. Any thread. */
public final class Secrets {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private Secrets() {}

  /**
   * A secret that nobody can guess: 256 bits, as 43 characters of base64url without padding, fit
   * for a URL, a header, or a subprotocol.
   */
  public static String random() {
    byte[] bits = new byte[BYTES];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /**
   * Whether two secrets are the same. How long it takes says nothing about where they differ, so
   * that nobody can find one out a character at a time; use it wherever a secret is compared, in
   * place of {@link String#equals}.
   */
  public static boolean equal(String one, String other) {
    // Hashes are of one length, so that of the secrets doesn't show either.
    return MessageDigest.isEqual(sha256(one), sha256(other));
  }

  /**
   * The SHA-256 of a secret, in hexadecimal: to keep in place of the secret, and to look it up by,
   * as the key of a map. How long a lookup takes depends on the hash, and so tells nobody anything
   * about the secret. For random ones such as {@link #random}; it is too fast a hash for passwords,
   * which people choose and others guess.
   */
  public static String hash(String secret) {
    return HexFormat.of().formatHex(sha256(secret));
  }

  private static byte[] sha256(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      // Every Java platform has SHA-256: see the documentation of MessageDigest.
      throw new AssertionError(impossible);
    }
  }
}
