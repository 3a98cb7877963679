package dev.phalanx.hermes.client;

/**
 * How many messages are kept while a connection is dialled again. Immutable.
 *
 * @param messages how many wait at most
 * @param bytes of these; one message is taken in any case when nothing waits
 * @param whenFull what happens to one more
 */
public record SendBuffer(int messages, int bytes, WhenFull whenFull) {
  /** What happens to a message for which there is no room. */
  public enum WhenFull {
    /** {@code send} returns false. */
    REFUSE,
    /** The oldest ones make room, and the listener hears of each. */
    DROP_OLDEST,
    /** {@code send} waits, for {@code sendTimeout} at most, and then returns false. */
    BLOCK
  }

  private static final SendBuffer DEFAULTS = new SendBuffer(256, 256 << 10, WhenFull.REFUSE);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public SendBuffer {
    if (messages < 0 || messages > 1 << 20) {
      throw new IllegalArgumentException("messages must be 0 to 1048576, not " + messages);
    }
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, not " + bytes);
    }
  }

  /** 256 messages and 256 KiB; then sending is refused. */
  public static SendBuffer defaults() {
    return DEFAULTS;
  }

  /** The same for other numbers of messages and bytes. */
  public SendBuffer withRoom(int messages, int bytes) {
    return new SendBuffer(messages, bytes, whenFull);
  }

  /** The same with another way to go when it is full. */
  public SendBuffer withWhenFull(WhenFull whenFull) {
    return new SendBuffer(messages, bytes, whenFull);
  }
}
