package dev.phalanx.hermes;

import java.time.Duration;

/**
 * How a client finds out which of its messages have reached the server. TCP does not say: bytes
 * that the operating system took may still be lost. A Pong does say: it answers a Ping that was
 * written behind the messages, so the server's endpoint has received these. Immutable.
 *
 * <p>Each message that was written is kept until such a Pong confirms it. When more are written
 * than may be kept, the oldest are only counted: {@link Unsent#forgotten}. Nothing waits for a
 * Pong.
 *
 * @param confirmAfter the time from the first unconfirmed message to the Ping; earlier, when half
 *     of a bound below is reached, or when the connection is closed
 * @param maxMessages how many written messages are kept at most
 * @param maxBytes how many bytes these have at most on the wire; one message is kept in any case
 */
public record DeliveryConfig(Duration confirmAfter, int maxMessages, int maxBytes) {
  private static final DeliveryConfig DEFAULTS =
      new DeliveryConfig(Duration.ofSeconds(1), 1_024, 1 << 20);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public DeliveryConfig {
    if (!confirmAfter.isPositive() || confirmAfter.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "confirmAfter must be more than 0 and at most 1 day, not " + confirmAfter);
    }
    if (maxMessages < 1 || maxMessages > 1 << 20) {
      throw new IllegalArgumentException("maxMessages must be 1 to 1048576, not " + maxMessages);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be 1 or more, not " + maxBytes);
    }
  }

  /** A Ping 1 s after a message, for up to 1,024 messages and 1 MiB. */
  public static DeliveryConfig defaults() {
    return DEFAULTS;
  }

  /** The same with another time from a message to the Ping. */
  public DeliveryConfig withConfirmAfter(Duration time) {
    return new DeliveryConfig(time, maxMessages, maxBytes);
  }

  /** The same with another bound on the messages that are kept. */
  public DeliveryConfig withMaxMessages(int messages) {
    return new DeliveryConfig(confirmAfter, messages, maxBytes);
  }

  /** The same with another bound on the bytes of these messages. */
  public DeliveryConfig withMaxBytes(int bytes) {
    return new DeliveryConfig(confirmAfter, maxMessages, bytes);
  }
}
