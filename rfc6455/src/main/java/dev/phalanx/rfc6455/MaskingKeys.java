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
 * a secret and a counter, by the batch. A {@link SecureRandom} makes the secret, once: to ask it for
 * each batch would take a lock that all threads of the process share, and event loops need keys.
 * All threads share a batch: one per thread would be one per virtual thread. For any thread; never
 * waits.
 */
final class MaskingKeys {
  private static final int BLOCK = 32; // bytes of a digest, and of the secret
  private static final int BATCH_BYTES = 128 * BLOCK;

  private static final AtomicLong COUNTER = new AtomicLong();
  private static final MessageDigest KEYED = keyed();

  private static volatile MaskingKeys batch = new MaskingKeys();

  private final ByteBuffer keys;
  private final AtomicInteger position = new AtomicInteger();

  private MaskingKeys() {
    byte[] bytes = new byte[BATCH_BYTES];
    byte[] number = new byte[Long.BYTES];
    try {
      for (int at = 0; at < BATCH_BYTES; at += BLOCK) {
        ByteBuffer.wrap(number).putLong(COUNTER.incrementAndGet());
        MessageDigest digest = (MessageDigest) KEYED.clone();
        digest.update(number);
        digest.digest(bytes, at, BLOCK);
      }
    } catch (CloneNotSupportedException | DigestException e) {
      throw new IllegalStateException("the platform's SHA-256 can't be copied", e);
    }
    keys = ByteBuffer.wrap(bytes);
  }

  /** A digest that has taken the secret, and is only ever copied. */
  private static MessageDigest keyed() {
    byte[] secret = new byte[BLOCK];
    new SecureRandom().nextBytes(secret);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return digest;
    } catch (NoSuchAlgorithmException e) { // every Java platform has it
      throw new IllegalStateException(e);
    }
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
