package dev.phalanx.hermes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that nobody can guess (CVE-2026-41838): the first 128 bits of SHA-256 over a secret of the
 * process and a number. Unlike {@link SecureRandom}, that needs no lock, for which connections of
 * all event loops would wait. Any thread.
 */
final class ConnectionIds {
  private static final MessageDigest KEYED = keyed();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private ConnectionIds() {}

  private static MessageDigest keyed() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String next() {
    try {
      MessageDigest digest = (MessageDigest) KEYED.clone();
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(NUMBERS.incrementAndGet()).flip());
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of " + KEYED.getProvider() + " has no clone()", e);
    }
  }
}
