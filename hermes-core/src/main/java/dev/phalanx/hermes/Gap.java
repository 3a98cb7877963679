package dev.phalanx.hermes;

/**
 * Messages that a subscriber has missed, since it read too slowly.
 *
 * @param topic the subscription's name or pattern
 * @param count how many were dropped, one after the other
 */
public record Gap(String topic, int count) {}
