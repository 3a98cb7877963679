package dev.phalanx.styx;

/**
 * Where callbacks put their values: a bounded buffer, which the stream's thread empties. Any
 * thread, several at once.
 *
 * @param <T> the values
 */
public interface CallbackSink<T> {
  /**
   * Puts a value into the buffer; what it does when that is full was said to {@link
   * Emitter#listen}. If the thread is interrupted while it waits for room, the value is dropped,
   * and the interrupt stays set.
   *
   * @return whether it is in the buffer
   */
  boolean emit(T value);

  /** Ends the stream, after what is in the buffer. */
  void complete();

  /** Ends the stream with a failure, after what is in the buffer. */
  void error(Throwable cause);

  /** How many values found no room and were dropped. */
  long dropped();
}
