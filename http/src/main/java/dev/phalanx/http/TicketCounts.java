package dev.phalanx.http;

/**
 * What became of {@link Tickets}. Every ticket that was issued waits, or is counted in one of
 * {@code redeemed}, {@code misused}, {@code expired} and {@code dropped}.
 *
 * @param waiting can be redeemed
 * @param issued since the beginning
 * @param redeemed of them
 * @param misused shown where they are not good, and so spent
 * @param expired nobody came in time
 * @param dropped since their identity had too many
 * @param unissued asked for when {@link TicketConfig#capacity} tickets waited
 * @param unknown shown, but not or no longer waiting
 */
public record TicketCounts(
    long waiting,
    long issued,
    long redeemed,
    long misused,
    long expired,
    long dropped,
    long unissued,
    long unknown) {}
