package dev.phalanx.rfc6455;

/**
 * What we accept from the peer (RFC 6455 §10.4). Limits are enforced while reading: a header that
 * announces too much fails the connection before any of the payload is stored.
 *
 * @param maxMessageSize bytes of payload in one message, all its fragments together, at least 1;
 *     beyond it the connection fails with 1009. Of a compressed message it is what comes out that
 *     counts, and no more is inflated. At most twice as much is held while a message is being
 *     received.
 * @param maxFrameSize bytes of payload in one frame, at least 125, which any control frame may
 *     have; beyond it the connection fails with 1009. A compressed frame may have an eighth more,
 *     and 64 bytes, since what can't be compressed grows.
 * @param maxFragments frames in one message, empty ones included, at least 1 (which refuses
 *     fragmentation); beyond it the connection fails with 1008, since such a message may well be
 *     small
 */
public record Limits(int maxMessageSize, int maxFrameSize, int maxFragments) {
  private static final Limits DEFAULTS = new Limits(65_536, 65_536, 1_024);

  public Limits {
    requireAtLeast(1, maxMessageSize, "maxMessageSize");
    requireAtLeast(EncodedFrame.MAX_CONTROL_PAYLOAD, maxFrameSize, "maxFrameSize");
    requireAtLeast(1, maxFragments, "maxFragments");
  }

  /** 64 KiB in a message and in a frame, 1024 fragments. */
  public static Limits defaults() {
    return DEFAULTS;
  }

  public Limits withMaxMessageSize(int bytes) {
    return new Limits(bytes, maxFrameSize, maxFragments);
  }

  public Limits withMaxFrameSize(int bytes) {
    return new Limits(maxMessageSize, bytes, maxFragments);
  }

  public Limits withMaxFragments(int frames) {
    return new Limits(maxMessageSize, maxFrameSize, frames);
  }

  private static void requireAtLeast(int bound, int value, String setting) {
    if (value < bound) {
      throw new IllegalArgumentException(setting + " must be at least " + bound + ", is " + value);
    }
  }
}
