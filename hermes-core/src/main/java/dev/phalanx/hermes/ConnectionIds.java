package dev.phalanx.hermes;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that nobody can guess (CVE-2026-41838): 128 bits of the SHA-256 of a secret and a counter. A
 * {@link SecureRandom} for each would take a lock that all threads of the process share; here it
 * only makes the secret, once. Any thread; never waits.
 */
final class ConnectionIds {
  private static final int SECRET = 32; // bytes
  private static final int ID = 16; // bytes

  private static final AtomicLong COUNTER = new AtomicLong();
  private static final MessageDigest KEYED = keyed();

  private ConnectionIds() {}

  /** A digest that has taken the secret, and is only ever copied. */
  private static MessageDigest keyed() {
    byte[] secret = new byte[SECRET];
    new SecureRandom().nextBytes(secret);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return digest;
    } catch (NoSuchAlgorithmException e) { // every Java platform has it
      throw new IllegalStateException(e);
    }
  }

  static String next() {
    byte[] block = ByteBuffer.allocate(SECRET).putLong(COUNTER.incrementAndGet()).array();
    try {
      MessageDigest digest = (MessageDigest) KEYED.clone();
      digest.update(block, 0, Long.BYTES);
      digest.digest(block, 0, SECRET);
    } catch (CloneNotSupportedException | DigestException e) {
      throw new IllegalStateException("the platform's SHA-256 can't be copied", e);
    }
    return HexFormat.of().formatHex(block, 0, ID);
  }
}
