package dev.phalanx.styx;

/** What became of a value offered to a channel. */
public enum Emission {
  /** It is in the channel. */
  ACCEPTED,
  /** There was no room; the channel's relief callback will say when there is. */
  FULL,
  /** The channel is completed or failed, and takes nothing more. */
  CLOSED
}
