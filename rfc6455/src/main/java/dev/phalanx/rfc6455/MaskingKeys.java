package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Masking keys that nobody can predict (RFC 6455 §5.3, §10.3), each handed out once: the SHA-256 of
 * a secret of this process and a counter. {@link SecureRandom} gives the secret and no more: it has
 * a lock, for which an event loop that answers a Ping must not wait. All threads share a batch of
 * keys: one per thread would be one per virtual thread. For any thread.
 */
final class MaskingKeys {
  private static final int BATCH_BYTES = 4_096;
  private static final int DIGEST_BYTES = 32;
  private static final int SECRET_BYTES = 64; // a whole block, so that it is hashed once

  private static final MessageDigest KEYED = keyed(); // copied only, and so for any thread
  private static final AtomicLong COUNTER = new AtomicLong();

  private static volatile MaskingKeys batch = new MaskingKeys();

  private final ByteBuffer keys;
  private final AtomicInteger position = new AtomicInteger();

  private MaskingKeys() {
    byte[] bytes = new byte[BATCH_BYTES];
    try {
      for (int at = 0; at < BATCH_BYTES; at += DIGEST_BYTES) {
        MessageDigest digest = (MessageDigest) KEYED.clone();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, COUNTER.getAndIncrement()));
        digest.digest(bytes, at, DIGEST_BYTES);
      }
    } catch (CloneNotSupportedException | DigestException impossible) { // the JDK's own can be
      throw new AssertionError(impossible);
    }
    keys = ByteBuffer.wrap(bytes);
  }

  private static MessageDigest keyed() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return digest;
    } catch (NoSuchAlgorithmException impossible) {
      // Every Java platform has SHA-256: see the documentation of MessageDigest.
      throw new AssertionError(impossible);
    }
  }

  /** Draws the secret, which may wait for a lock: before the first frame, and not on a lane. */
  static void prepare() {
    next();
  }

  static int next() {
    while (true) {
      MaskingKeys current = batch;
      int at = current.position.getAndAdd(Integer.BYTES);
      if (at < BATCH_BYTES) {
        return current.keys.getInt(at);
      }
      // Two threads may both get here: then what is left of one new batch is never used.
      batch = new MaskingKeys();
    }
  }
}
