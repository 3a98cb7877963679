package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Masking keys that nobody can predict (RFC 6455 §5.3, §10.3), each handed out once. They are drawn
 * from a {@link SecureRandom} by the batch, since it is slow and takes a lock. All threads share a
 * batch: one per thread would be one per virtual thread. For any thread.
 */
final class MaskingKeys {
  private static final int BATCH_BYTES = 4_096;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static volatile MaskingKeys batch = new MaskingKeys();

  private final ByteBuffer keys;
  private final AtomicInteger position = new AtomicInteger();

  private MaskingKeys() {
    byte[] random = new byte[BATCH_BYTES];
    RANDOM.nextBytes(random);
    keys = ByteBuffer.wrap(random);
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
