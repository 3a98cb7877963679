package dev.phalanx.styx;

/** What becomes of a value from a callback when the buffer is full. */
public enum Overflow {
  /** The callback's thread waits for room: only where that thread may block. */
  WAIT,
  /** The value is dropped, and counted: {@link CallbackSink#dropped}. */
  DROP,
  /** The stream fails, after what is in the buffer. */
  FAIL
}
