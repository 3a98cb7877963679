package dev.phalanx.http;

import java.time.Duration;

/**
 * The settings of {@link Tickets}. Immutable.
 *
 * @param ttl how long a ticket is good
 * @param capacity how many tickets may wait to be redeemed; no more are issued then
 * @param perIdentity how many of them may be one identity's; its oldest is dropped then
 */
public record TicketConfig(Duration ttl, int capacity, int perIdentity) {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final TicketConfig DEFAULTS =
      new TicketConfig(Duration.ofSeconds(30), 100_000, 16);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public TicketConfig {
    if (ttl.isNegative() || ttl.isZero() || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "ttl must be more than nothing and at most 10 minutes, not " + ttl);
    }
    within("capacity", capacity, 1 << 24);
    within("perIdentity", perIdentity, capacity);
  }

  /** 30 seconds; 100,000 tickets, 16 of them one identity's. */
  public static TicketConfig defaults() {
    return DEFAULTS;
  }

  /** The same with another life of a ticket. */
  public TicketConfig withTtl(Duration other) {
    return new TicketConfig(other, capacity, perIdentity);
  }

  /** The same with another number of tickets that may wait. */
  public TicketConfig withCapacity(int other) {
    return new TicketConfig(ttl, other, perIdentity);
  }

  /** The same with another number of tickets of one identity. */
  public TicketConfig withPerIdentity(int other) {
    return new TicketConfig(ttl, capacity, other);
  }

  private static void within(String setting, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s must be from 1 to %d, not %d".formatted(setting, most, value));
    }
  }
}
