package dev.phalanx.hermes;

/**
 * The limits of a gateway. Immutable; {@link #defaults()} and the {@code with…} methods make one.
 *
 * @param waitingBytes what may wait for all subscribers together; a message counts for each one it
 *     waits for, with 64 bytes on top. Beyond it, those for whom the most waits pay first, by the
 *     policies of their subscriptions
 * @param retainedTopics how many topics may have a retained value
 * @param retainedBytes bytes of these values and of their topics' names
 */
public record GatewayConfig(long waitingBytes, int retainedTopics, long retainedBytes) {
  private static final GatewayConfig DEFAULTS =
      new GatewayConfig(
          Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4), 10_000, 64L << 20);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bound
   */
  public GatewayConfig {
    if (waitingBytes < 1) {
      throw new IllegalArgumentException("waitingBytes must be at least 1, not " + waitingBytes);
    }
    if (retainedTopics < 0) {
      throw new IllegalArgumentException(
          "retainedTopics must be at least 0, not " + retainedTopics);
    }
    if (retainedBytes < 0) {
      throw new IllegalArgumentException("retainedBytes must be at least 0, not " + retainedBytes);
    }
  }

  /** A quarter of the heap, 64 MiB at least, may wait; 10,000 topics and 64 MiB are retained. */
  public static GatewayConfig defaults() {
    return DEFAULTS;
  }

  /** The same with room for another number of bytes that wait. */
  public GatewayConfig withWaitingBytes(long waitingBytes) {
    return new GatewayConfig(waitingBytes, retainedTopics, retainedBytes);
  }

  /** The same with retained values of another number of topics. */
  public GatewayConfig withRetainedTopics(int retainedTopics) {
    return new GatewayConfig(waitingBytes, retainedTopics, retainedBytes);
  }

  /** The same with another number of bytes for retained values. */
  public GatewayConfig withRetainedBytes(long retainedBytes) {
    return new GatewayConfig(waitingBytes, retainedTopics, retainedBytes);
  }
}
