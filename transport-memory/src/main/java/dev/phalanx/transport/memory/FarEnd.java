package dev.phalanx.transport.memory;

/** What a {@link MemoryWire} has at its other end. Lane-confined. */
interface FarEnd {
  /**
   * Takes bytes from the wire.
   *
   * @return how many: those from there on wait until {@link MemoryWire#peerReads}
   */
  int take(byte[] bytes);

  /** The wire says that no more will come. */
  void outputHasEnded();

  /** The wire has closed. */
  void wireHasClosed();

  /** The wire has passed on what waited while it was paused. */
  default void wireHasRead() {}
}
